"""What went wrong: the cards of the first page after the code, and where each leads."""

import re

from returns_engine.tables.returns import Return
from tests.api.statements import every_statement
from tests.portal.test_asking import COVER, CUSTOM, GIFT, shipment
from tests.portal.test_order_status import UNPAID, parcel

STATEMENTS = 8


def options(text: str) -> set[str]:
    """Return the reasons that a page of items offers."""
    return set(re.findall(r'<option value="([a-z_]+)"', text))


class TestTheCards:
    async def test_name_what_the_merchants_page_names(self, portal):
        visitor = await portal.signed_in()
        await visitor.open("/order")

        for says in (
            "I am not happy with it",
            "I got the wrong item",
            "My parcel is late or missing",
            "I have waited too long",
            "I got no order confirmation",
            "I got no shipping notice",
            "Something else",
        ):
            assert says in visitor.text

    async def test_leave_out_what_an_order_that_never_left_cannot_have(self, portal):
        await portal.put_order("EKR-2", reference="pi_2", status="processing", shipments=[])
        visitor = await portal.signed_in("EKR-2")
        await visitor.open("/order")

        assert "issue=long_wait&amp;kind=cancellation" in visitor.text
        assert "I want to cancel it" in visitor.text
        assert "issue=cancel&amp;kind=cancellation" in visitor.text
        for name in ("not_satisfied", "wrong_item", "broken", "worn", "tracking_delayed"):
            assert f"issue={name}" not in visitor.text

    async def test_offer_the_warranty_only_for_what_has_one(self, portal):
        await portal.put_order("EKR-2", reference="pi_2", lines=[GIFT], shipments=[shipment("L2")])
        visitor = await portal.signed_in("EKR-2")
        await visitor.open("/order")
        assert "issue=worn" not in visitor.text

        covers = {"lines": [CUSTOM], "shipments": [shipment("L3")]}
        await portal.put_order("EKR-3", reference="pi_3", **covers)
        visitor = await portal.signed_in("EKR-3")
        await visitor.open("/order")
        assert "issue=worn&amp;kind=warranty" in visitor.text


class TestAStockItemThatGaveWay:
    """After the days of a return a person looks, and nothing is promised (41, B-6)."""

    async def test_is_put_before_a_person_once_it_cannot_come_back(self, portal):
        visitor = await too_late(portal)
        assert "issue=worn&amp;kind=warranty" in visitor.text
        assert "a person looks at what we can do" in visitor.text

        await visitor.open("/order?issue=broken")
        assert "Tell us what gave way" in visitor.text
        await visitor.send("/order/details", take="L1", why__L1="defective")
        assert "Our policy says no to this." in visitor.text
        assert 'href="/order?kind=warranty&amp;take=L1#items"' in visitor.text

        await visitor.open("/order?kind=warranty&take=L1")
        await visitor.send("/order/details", why__L1="seam_failure")
        await visitor.send("/order/review")
        assert "A person will look at this first." in visitor.text
        assert "If it is accepted, you get" in visitor.text
        await visitor.send("/order/send")
        opened = await Return.select(Return.kind, Return.state).first()
        assert (opened["kind"], opened["state"]) == ("warranty", "in_review")

    async def test_says_so_in_spanish(self, portal):
        visitor = await too_late(portal, language="es")
        assert "Una costura, un cierre o el material: una persona ve qué" in visitor.text

        await visitor.open("/order?issue=broken")
        assert "Cuéntenos qué cedió" in visitor.text

    async def test_is_sent_back_while_it_can_be(self, portal):
        visitor = await portal.signed_in()
        await visitor.open("/order")
        assert "issue=worn" not in visitor.text

        await visitor.open("/order?issue=broken")
        assert "Tell us what gave way" not in visitor.text


async def too_late(portal, language="en"):
    """Return a customer on the first page of an order whose stock item came long ago."""
    old = shipment("L1", delivered_at="2025-06-01T12:00:00Z")
    await portal.put_order("EKR-2", reference="pi_2", lines=[COVER], shipments=[old])
    visitor = await portal.signed_in("EKR-2")
    visitor.client.headers["Accept-Language"] = language
    await visitor.open("/order")
    return visitor


class TestWhatIsLateAndWhatWaitsTooLong:
    """Two cards of the merchant's page (57) that never ask for the same."""

    async def test_look_for_a_parcel_on_its_way_or_give_it_up(self, portal):
        await portal.put_order("EKR-2", reference="pi_2", shipments=[parcel()])
        visitor = await portal.signed_in("EKR-2")
        await visitor.open("/order")
        assert "Tracking stands still" in visitor.text
        assert "It was shipped, and I do not want to wait for it any longer." in visitor.text

        await visitor.open("/order?issue=tracking_delayed&kind=delivery_problem")
        assert options(visitor.text) == {"not_received", "late", "undeliverable"}
        await visitor.send("/order/details", take="L1", why__L1="late")
        assert "It is not there? Then tell us below." in visitor.text

        await visitor.open("/order?issue=long_wait&kind=delivery_problem")
        assert options(visitor.text) == {"late"}
        await visitor.send("/order/details", take="L1")
        assert "You do not want to wait any longer? Then say so below." in visitor.text
        assert "It is not there? Then tell us below." not in visitor.text

    async def test_miss_what_is_said_to_be_there_or_send_it_back(self, portal):
        visitor = await portal.signed_in()
        await visitor.open("/order")
        assert "It is said to be delivered, and it is not here." in visitor.text
        assert "It came too late, and I want to send it back." in visitor.text

        await visitor.open("/order?issue=tracking_delayed&kind=delivery_problem")
        assert options(visitor.text) == {"not_received"}

        await visitor.open("/order?issue=long_wait")
        assert options(visitor.text) == {"late"}
        await visitor.send("/order/details", take="L1")
        assert "Is it as you received it?" in visitor.text

    async def test_cancel_what_still_waits(self, portal):
        half = parcel(lines=[{"line_id": "L1", "quantity": 1}])
        await portal.put_order("EKR-2", reference="pi_2", status="processing", shipments=[half])
        visitor = await portal.signed_in("EKR-2")
        await visitor.open("/order")

        assert "Tracking stands still" in visitor.text
        assert "It is not shipped yet, and I do not want to wait." in visitor.text
        assert "issue=long_wait&amp;kind=cancellation" in visitor.text

    async def test_has_nothing_to_cancel_while_nobody_paid(self, portal):
        await portal.put_order("EKR-2", reference="pi_2", **UNPAID)
        visitor = await portal.signed_in("EKR-2")
        await visitor.open("/order")

        assert "issue=long_wait" not in visitor.text


class TestACard:
    async def test_narrows_the_reasons_to_those_that_fit(self, portal):
        visitor = await portal.signed_in()

        await visitor.open("/order?issue=broken")

        assert options(visitor.text) == {"damaged_in_transit", "defective", "missing_parts"}

    async def test_that_says_all_needs_no_other_reason(self, portal):
        visitor = await portal.signed_in()

        await visitor.open("/order?issue=wrong_item")
        await visitor.send("/order/details", take="L1")

        assert "Photos of what is wrong" in visitor.text

    async def test_stays_with_the_request_on_every_way_back(self, portal):
        visitor = await portal.signed_in()
        await visitor.open("/order?issue=wrong_item")
        await visitor.send("/order/details", take="L1")
        await visitor.send("/order/review", go="items")
        assert str(visitor.page.url).endswith(
            "issue=wrong_item&take=L1&quantity.L1=1&why.L1=wrong_item"
        )

        await visitor.send("/order/details")
        await visitor.send("/order/review")

        assert ("issue", "wrong_item") in visitor.form("/order/send").fields

    async def test_does_not_hide_a_reason_that_was_chosen(self, portal):
        visitor = await portal.signed_in()

        await visitor.open("/order?issue=wrong_item&take=L1&why.L1=changed_mind")

        assert '<option value="changed_mind" selected' in visitor.text

    async def test_shows_what_cannot_come_back_with_clause_and_alternative(self, portal):
        old = shipment("L1", "L2", "L3", delivered_at="2025-06-01T12:00:00Z")
        await portal.put_order(
            "EKR-2", reference="pi_2", lines=[COVER, GIFT, CUSTOM], shipments=[old]
        )
        visitor = await portal.signed_in("EKR-2")

        await visitor.open("/order?issue=not_satisfied")

        closed = visitor.text.split("<article")[1:]
        assert len(closed) == 3
        assert all("item-closed" in item and 'href="/policy#' in item for item in closed)
        assert "Do you see it differently?" in closed[1]
        assert "Its warranty lasts until June 1, 2027." in closed[2]
        assert 'type="checkbox" name="take"' not in visitor.text


class TestAMailThatNeverCame:
    async def test_is_answered_with_what_it_would_have_said(self, portal):
        visitor = await portal.signed_in()

        await visitor.open("/order?issue=no_confirmation")
        assert "Your order is with us" in visitor.text
        assert "spam folder" in visitor.text
        assert COVER["title"] in visitor.text

        await visitor.open("/order?issue=no_shipping_notice")
        assert "1Z999AA10123456784" in visitor.text

    async def test_of_what_is_not_shipped_says_so(self, portal):
        await portal.put_order("EKR-2", reference="pi_2", status="processing", shipments=[])
        visitor = await portal.signed_in("EKR-2")

        await visitor.open("/order?issue=no_shipping_notice")

        assert "Nothing is shipped yet." in visitor.text


class TestThePages:
    async def test_cost_eight_statements_each_at_most(self, portal):
        visitor = await portal.signed_in()
        said = {}
        for path in (
            "/order",
            "/order?issue=other",
            "/order?issue=no_confirmation",
            "/order/details?issue=broken&take=L1&why.L1=defective",
        ):
            with every_statement() as statements:
                await visitor.open(path)
            said[path] = len(statements)
        with every_statement() as statements:
            await visitor.send("/order/review")
        said["review"] = len(statements)

        assert {path: count for path, count in said.items() if count > STATEMENTS} == {}
