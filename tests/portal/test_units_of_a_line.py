"""Units of one line that are not all at one place: each is told by where it is."""

from tests.api.orders import line
from tests.portal.test_asking import shipment

THREE = line(quantity=3)


async def twice_delivered(portal, **changes):
    """Somebody with two covers: one came in time to come back, the other long ago."""
    late = shipment("L1", delivered_at="2026-01-10T17:00:00Z") | {
        "shipment_id": "S2",
        "shipped_at": "2026-01-05T18:00:00Z",
    }
    parcels = [shipment("L1"), late]
    await portal.put_order("EKR-2", reference="pi_2", shipments=parcels, **changes)
    visitor = await portal.signed_in("EKR-2")
    await visitor.open("/order?kind=return&issue=not_satisfied")
    return visitor


class TestOneOfTwoThatCameTooLate:
    async def test_is_told_apart_from_the_one_that_can_come_back(self, portal):
        visitor = await twice_delivered(portal)

        assert "1 of 2 can come back." in visitor.text
        assert "1 arrived on January 10, 2026: too late to come back." in visitor.text
        assert 'href="/policy#return.window"' in visitor.text

    async def test_can_be_put_before_a_person(self, portal):
        visitor = await twice_delivered(portal)
        assert ">1 of 2</option>" in visitor.text
        assert "2 of 2 (1 of them too late)" in visitor.text

        await visitor.send("/order/details", take="L1", quantity__L1="2", why__L1="changed_mind")

        assert "Our policy says no to this." in visitor.text
        await visitor.send("/order/send")
        assert "Ask a person" in visitor.text

    async def test_is_all_that_is_left_once_the_other_is_sent_back(self, portal):
        visitor = await twice_delivered(portal)
        await visitor.send("/order/details", take="L1", quantity__L1="1", why__L1="changed_mind")
        await visitor.send("/order/review", condition__L1="as_received")
        await visitor.send("/order/send")
        number = visitor.path.rsplit("/", 1)[1]

        await visitor.open("/order?kind=return&issue=not_satisfied")

        assert "1 of 2 can't come back" in visitor.text
        assert f'1 is in <a class="code-text" href="/returns/{number}">' in visitor.text
        assert "(Return: Accepted)" in visitor.text


class TestHowMany:
    async def test_begins_at_one_and_says_of_how_many(self, portal):
        sent = shipment("L1") | {"lines": [{"line_id": "L1", "quantity": 3}]}
        await portal.put_order("EKR-2", reference="pi_2", lines=[THREE], shipments=[sent])
        visitor = await portal.signed_in("EKR-2")

        await visitor.open("/order?kind=return&issue=not_satisfied")

        assert '<option value="1" selected>1 of 3</option>' in visitor.text
        assert '<option value="3">3 of 3</option>' in visitor.text

    async def test_is_said_in_spanish_too(self, portal):
        visitor = await twice_delivered(portal)
        await visitor.open("/language?speak=es&back=%2Forder%3Fissue%3Dnot_satisfied")

        assert ">1 de 2</option>" in visitor.text
        assert "2 de 2 (para 1 es demasiado tarde)" in visitor.text


class TestUnitsInAReturn:
    async def test_are_told_beside_those_that_are_free(self, portal):
        sent = shipment("L1") | {"lines": [{"line_id": "L1", "quantity": 3}]}
        await portal.put_order("EKR-2", reference="pi_2", lines=[THREE], shipments=[sent])
        visitor = await portal.signed_in("EKR-2")
        await visitor.send("/order/details", take="L1", quantity__L1="2", why__L1="defective")
        await visitor.send("/order/review")
        await visitor.send("/order/send")
        number = visitor.path.rsplit("/", 1)[1]

        await visitor.open("/order?kind=return&issue=not_satisfied")

        assert "1 of 3 can come back." in visitor.text
        assert (
            f'2 are in <a class="code-text" href="/returns/{number}">{number}</a>' in visitor.text
        )
        assert "(Return: In review)" in visitor.text

    async def test_that_are_all_there_were_leave_nothing_to_choose(self, portal):
        visitor = await portal.signed_in()
        await visitor.send("/order/details", take="L1", quantity__L1="2", why__L1="changed_mind")
        await visitor.send("/order/review", condition__L1="as_received")
        await visitor.send("/order/send")

        await visitor.open("/order?kind=return&issue=not_satisfied")

        assert "Nothing left to choose" in visitor.text
        assert "2 are in" in visitor.text
        assert "shipped and not in another return" not in visitor.text
