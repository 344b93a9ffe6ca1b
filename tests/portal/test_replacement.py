"""What customers read where they get the same thing again, or order something else."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from returns_engine.documents.policy_file import load_policy
from returns_engine.rules.actor import Actor
from returns_engine.rules.words import ActorKind
from returns_engine.settings import Settings
from returns_engine.tables.replacements import Replacement
from returns_engine.workflow.cancel_replacement import cancel_replacement
from returns_engine.workflow.inspect_lines import inspect_lines
from returns_engine.workflow.inspected_units import InspectedUnits
from returns_engine.workflow.receive_parcel import ReceivedUnits, receive_parcel
from returns_engine.workflow.replace_item import (
    await_stock,
    deliver_replacement,
    order_replacement,
    ship_replacement,
)
from returns_engine.workflow.review_return import approve_return
from tests.api.orders import NOW, line
from tests.portal.conftest import Portal, Visitor
from tests.portal.test_asking import shipment

STAFF = Actor(kind=ActorKind.STAFF, id="1", person=1)
BY_STAFF: dict[str, Any] = {"actor": STAFF, "now": NOW}
POLICY = load_policy(None)


@pytest.fixture
async def visitor(portal: Portal) -> Visitor:
    return await portal.signed_in()


async def ask(visitor: Visitor, why: str, **details: str) -> str:
    await visitor.send("/order/details", take="L1", why__L1=why)
    await visitor.send("/order/review", **details)
    await visitor.send("/order/send")
    return visitor.path.removeprefix("/returns/")


async def planned(visitor: Visitor) -> tuple[str, UUID]:
    """A wrong item that the customer wants again, back and accepted."""
    number = await ask(visitor, "wrong_item", resolution="replacement")
    await approve_return(number, policy=POLICY, **BY_STAFF)
    units = [ReceivedUnits(line_id="L1", quantity=1)]
    await receive_parcel(number, lines=units, parcel_reference=None, **BY_STAFF)
    unit = InspectedUnits(
        line_id="L1",
        quantity=1,
        checks={},
        grade="B",
        found_cause=None,
        verdict="accepted",
        disposition="restock",
        note=None,
        photo_ids=[],
    )
    await inspect_lines(number, lines=[unit], policy=POLICY, **BY_STAFF)
    row = await Replacement.select(Replacement.id).where(Replacement.return_.number == number)
    return number, row[0]["id"]


class TestBeforeItIsSent:
    async def test_the_answer_says_that_the_same_item_comes_again(self, visitor: Visitor):
        await visitor.send("/order/details", take="L1", why__L1="defective")
        assert "<span>The same item again</span>" in visitor.text
        await visitor.send("/order/review", resolution="replacement")

        assert "<strong>The same item again</strong>" in visitor.text
        assert "The amount" not in visitor.text

    async def test_of_a_wrong_item_the_right_one_with_a_gift(self, visitor: Visitor):
        await visitor.send("/order/details", take="L1", why__L1="wrong_item")
        assert "<span>The right item, with a gift</span>" in visitor.text
        assert "1 × the item you received instead of Seat covers" in visitor.text
        await visitor.send("/order/review", resolution="replacement")
        assert "<strong>The right item, with a gift</strong>" in visitor.text
        assert "1 × the item you received instead of Seat covers" in visitor.text
        await visitor.send("/order/send")

        assert "I got the wrong item · The right item, with a gift" in visitor.text
        assert "1 × the item you received instead of Seat covers" in visitor.text
        assert "The same item again" not in visitor.text

    async def test_of_a_wrong_item_in_spanish_too(self, visitor: Visitor):
        await visitor.open("/language?speak=es&back=%2Forder%3Fissue%3Dother")
        await visitor.send("/order/details", take="L1", why__L1="wrong_item")
        assert "<span>El artículo correcto, con un regalo</span>" in visitor.text

    async def test_the_choice_says_for_which_items_money_comes_back(self, portal: Portal):
        holder = line(line_id="L2", title="Phone holder")
        parcels = [shipment("L1", "L2")]
        await portal.put_order(
            "EKR-1002", lines=[line(), holder], shipments=parcels, reference="pi_2"
        )
        visitor = await portal.signed_in("EKR-1002")
        await visitor.send(
            "/order/details", take=["L1", "L2"], why__L1="defective", why__L2="changed_mind"
        )

        assert '<span class="form-hint">Money back for: Phone holder</span>' in visitor.text


class TestTheCase:
    @pytest.mark.parametrize("accepted", [False, True])
    async def test_shows_no_refund_for_what_is_replaced(self, visitor: Visitor, *, accepted: bool):
        number = await ask(visitor, "wrong_item", resolution="replacement")
        if accepted:
            await approve_return(number, policy=POLICY, **BY_STAFF)
        await visitor.open(f"/returns/{number}")

        assert "You get back" not in visitor.text
        assert "$" not in visitor.text

    async def test_tells_every_step_of_the_replacement(self, visitor: Visitor):
        number, one = await planned(visitor)
        await visitor.open(f"/returns/{number}")
        assert "<h1>We are arranging your replacement.</h1>" in visitor.text
        assert "Being arranged" in visitor.text
        assert "<span>Replaced</span>" in visitor.text

        await await_stock(one, expected_on=date(2026, 5, 4), policy=POLICY, **BY_STAFF)
        await visitor.open(f"/returns/{number}")
        assert "It is expected to be in stock again on May 4, 2026." in visitor.text
        await order_replacement(one, external_order="EKR-2002", policy=POLICY, **BY_STAFF)
        await ship_replacement(one, carrier="UPS", tracking_number="1Z999AA10123456784", **BY_STAFF)
        await visitor.open(f"/returns/{number}")
        assert 'href="https://www.ups.com/track?tracknum=1Z999AA10123456784"' in visitor.text
        assert "<h1>Your replacement is on its way to you.</h1>" in visitor.text

        await deliver_replacement(one, **BY_STAFF)
        await visitor.open(f"/returns/{number}")
        assert "<h1>Your replacement has arrived; nothing more is due.</h1>" in visitor.text
        for says in ("was planned for you", "out of stock for now", "is on its way", "has arrived"):
            assert says in visitor.text

    async def test_of_a_cancelled_one_says_why_and_shows_the_refund(self, visitor: Visitor):
        number, one = await planned(visitor)
        await cancel_replacement(
            one, reason="It is made <i>no more</i>.", policy=POLICY, **BY_STAFF
        )
        await visitor.open(f"/returns/{number}")

        assert "Could not be sent" in visitor.text
        assert "It is made &lt;i&gt;no more&lt;/i&gt;." in visitor.text
        assert "Your refund is worked out and waits for our approval." in visitor.text
        assert "$135.34" in visitor.text


class TestAMissingParcel:
    MISS = "/order/details?kind=delivery_problem&take=L1&why.L1="
    CLAUSE = (
        "If a parcel is late or missing, a person asks the carrier first; if it does not turn up,"
    )

    @pytest.mark.parametrize("why", ["not_received", "late"])
    async def test_is_sent_again_and_no_page_speaks_of_a_gift(self, visitor: Visitor, why: str):
        await visitor.open("/order?kind=delivery_problem&issue=tracking_delayed")
        assert self.CLAUSE in visitor.text
        assert "gift" not in visitor.text

        await visitor.open(self.MISS + why)
        assert "<span>The same item again</span>" in visitor.text
        await visitor.send("/order/review", resolution="replacement")
        assert self.CLAUSE in visitor.text
        assert "gift" not in visitor.text
        await visitor.send("/order/send")
        assert self.CLAUSE in visitor.text
        assert "gift" not in visitor.text

    async def test_that_could_not_be_delivered_comes_with_the_gift(self, visitor: Visitor):
        await visitor.open(self.MISS + "undeliverable")
        assert "<span>The same item again, with a gift</span>" in visitor.text

        await visitor.send("/order/review", resolution="replacement")
        assert "you choose: all your money back, or we send it again with a gift." in visitor.text

    async def test_says_it_in_spanish_too(self, visitor: Visitor):
        await visitor.open("/language?speak=es&back=%2Forder")
        await visitor.open(self.MISS + "not_received")
        await visitor.send("/order/review", resolution="replacement")

        assert "una persona pregunta primero al transportista;" in visitor.text


class TestAnExchange:
    async def test_says_how_to_order_the_other_item(self, visitor: Visitor):
        await ask(visitor, "changed_mind", condition__L1="as_received", resolution="exchange")

        assert "Your exchange" in visitor.text
        assert "Write to us below which item you want instead" in visitor.text

    async def test_is_nothing_to_see_where_money_was_wanted(self, visitor: Visitor):
        await ask(visitor, "changed_mind", condition__L1="as_received")

        assert "Your exchange" not in visitor.text


class TestAnExchangeWithAShop:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, shop_url="https://ekrauto.example/new")

    async def test_leads_there_to_order_again(self, visitor: Visitor):
        await ask(visitor, "changed_mind", condition__L1="as_received", resolution="exchange")

        assert '<a class="btn btn-quiet" href="https://ekrauto.example/new">' in visitor.text
