"""What is refused whatever its details are: straight on to a person, with nothing asked for."""

import pytest

from returns_engine.rules.actor import Actor
from returns_engine.rules.words import ActorKind
from returns_engine.tables.returns import DecisionRecord, Return
from returns_engine.workflow.review_return import approve_return, decline_return
from tests.api.orders import NOW
from tests.portal.test_asking import COVER, CUSTOM, GIFT, shipment

SUE = Actor(kind=ActorKind.STAFF, id="1", person=1)
SAM = Actor(kind=ActorKind.STAFF, id="2", person=2)
LATE = shipment("L1", delivered_at="2026-01-15T12:00:00Z")
REFUSED = {
    "too late": ([COVER], [LATE], {"take": "L1", "why__L1": "changed_mind"}),
    "made for a car": ([CUSTOM], [shipment("L3")], {"take": "L3", "why__L3": "changed_mind"}),
    "a gift card beside a cover": (
        [COVER, GIFT],
        [shipment("L1", "L2")],
        {"take": ["L1", "L2"], "why__L1": "changed_mind", "why__L2": "changed_mind"},
    ),
}


async def refused(portal, lines, shipments, chosen, language="en"):
    """Return a customer before the refusal of what was chosen."""
    await portal.put_order("EKR-2", reference="pi_2", lines=lines, shipments=shipments)
    visitor = await portal.signed_in("EKR-2")
    visitor.client.headers["Accept-Language"] = language
    await visitor.send("/order/details", **chosen)
    return visitor


class TestARefusalThatNoDetailChanges:
    @pytest.mark.parametrize("why", REFUSED)
    async def test_leads_at_once_to_where_a_person_is_asked(self, portal, why):
        visitor = await refused(portal, *REFUSED[why])
        assert "Our policy says no to this." in visitor.text

        await visitor.send("/order/send")
        assert visitor.path.startswith("/order/refused/"), visitor.text
        assert "Its tags must still be on it" not in visitor.text

        await visitor.send(f"{visitor.path}/ask", message="I was in hospital.")
        assert visitor.path.startswith("/returns/RMA-")
        assert (await Return.select(Return.state).first())["state"] == "in_review"
        assert await DecisionRecord.count() == 1

    async def test_does_so_in_spanish(self, portal):
        visitor = await refused(portal, *REFUSED["too late"], language="es")

        await visitor.send("/order/send")

        assert visitor.path.startswith("/order/refused/")
        assert "Preguntar a una persona" in visitor.text

    async def test_still_keeps_no_comment_without_end(self, portal):
        visitor = await refused(portal, *REFUSED["too late"])

        answer = await visitor.send("/order/send", comment__L1="x" * 2001)

        assert answer.status_code == 422
        assert "Shorten your comment to 2,000 characters." in visitor.text
        assert await DecisionRecord.count() == 0


class TestARefusalByItsDetails:
    @pytest.mark.parametrize(
        "details",
        [{"condition__L1": ""}, {"condition__L1": "as_received", "flaw__L1": "unused"}],
    )
    async def test_needs_them_said_before_anything_is_sent(self, portal, details):
        visitor = await portal.signed_in()
        await visitor.send("/order/details", take="L1", why__L1="changed_mind")
        await visitor.send("/order/review", condition__L1="as_received")

        answer = await visitor.send("/order/send", **details)

        assert answer.status_code == 422
        assert "Is it as you received it?" in visitor.text
        assert await Return.count() == await DecisionRecord.count() == 0


class TestWhatAPersonAcceptedAfterAll:
    async def asked(self, portal, why):
        visitor = await refused(portal, *REFUSED[why])
        await visitor.send("/order/send")
        await visitor.send(f"{visitor.path}/ask", message="I was in hospital.")
        return visitor, visitor.path.removeprefix("/returns/")

    @pytest.mark.parametrize(
        ("why", "sum_of_all"), [("too late", "$135.34"), ("a gift card beside a cover", "$275.68")]
    )
    async def test_names_what_goes_back_for_all_of_it(self, portal, why, sum_of_all):
        visitor, number = await self.asked(portal, why)
        await approve_return(number, policy=portal.services.policy, actor=SUE, now=NOW)

        await visitor.open(f"/returns/{number}")

        assert "What you get back" in visitor.text
        assert sum_of_all in visitor.text

    async def test_does_so_after_an_appeal(self, portal):
        visitor, number = await self.asked(portal, "made for a car")
        await decline_return(number, reason="It was made for you.", actor=SUE, now=NOW)
        await visitor.open(f"/returns/{number}")
        assert "What you get back" not in visitor.text
        await visitor.send(f"{visitor.path}/appeal", appeal="The shop advised me wrongly.")
        await approve_return(number, policy=portal.services.policy, actor=SAM, now=NOW)

        await visitor.open(f"/returns/{number}")

        assert "What you get back" in visitor.text
