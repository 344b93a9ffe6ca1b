"""Money on its way back by more than one way, in other currencies, and by hand."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from returns_engine.sandbox.sample_order import SampleOrder, moment_text
from tests.journeys.orders import an_order, line
from tests.journeys.shop import Shop


def paid(order: SampleOrder, *payments: dict[str, Any], **about: Any) -> SampleOrder:
    """The order, paid by these payments, each with what it has of its own."""
    first = order.document["payments"][0]
    changed = [first | payment for payment in payments] or [first]
    return replace(order, document={**order.document, "payments": changed, **about})


def words(mail: dict[str, Any]) -> str:
    return " ".join(mail["text"].split())


class TestAGiftCardAndACard:
    async def test_each_get_their_part_and_say_so(self, shop: Shop):
        order = an_order(shop.now(), line(quantity=1, price=9000, tax=0), discount=0)
        card = f"GC-{order.number}"
        at_us = {"provider": "external", "reference": card, "method": "gift_card"}
        order = await shop.send_in(
            paid(order, {"captured": 2000, **at_us}, {"payment_id": "P2", "captured": 7000})
        )
        case = await shop.ask(order)
        await shop.receive(case["number"])
        proposed = (await shop.inspect(case["number"]))["refunds"]
        assert [(one["proposed"], one["way"]) for one in proposed] == [
            (2000, "gift_card"),
            (7000, "provider"),
        ]
        by_hand, by_bank = [await shop.get("finance", f"/refunds/{one['id']}") for one in proposed]
        await shop.approve(by_bank)
        await shop.approve(by_hand)
        await shop.refund_is(by_bank, "succeeded")
        assert "by the way you paid" in words(await shop.mail(order, "refund of $70.00"))
        assert (await shop.case(case["number"]))["state"] == "settling"

        reference = {"external_reference": f"{card}+20.00"}
        await shop.post("finance", f"/refunds/{by_hand['id']}/record", reference)

        await shop.state_is(case["number"], "closed")
        told = words(await shop.mail(order, "refund of $20.00"))
        assert "back onto the gift card you paid with" in told
        assert "Banks" not in told


class TestAGiftCardAlone:
    async def test_gets_everything_and_no_bank_is_waited_for(self, shop: Shop):
        order = an_order(shop.now(), line(quantity=1, price=9000, tax=0), discount=0)
        at_us = {"provider": "external", "reference": f"GC-{order.number}", "method": "gift_card"}
        refund = await shop.proposed(await shop.send_in(paid(order, at_us)))
        await shop.approve(refund, external_reference="GC+90.00")

        case = await shop.case(refund["return_number"])
        assert (case["state"], case["next_step"]["who"]) == ("closed", None)
        assert "on the gift card" in case["next_step"]["says"]


class TestAPaymentThatIsTakenBackForALimitedTime:
    async def test_is_paid_by_hand_afterwards_and_never_sent(self, shop: Shop):
        yesterday = moment_text(shop.now() - timedelta(days=1))
        order = an_order(shop.now())
        order = await shop.send_in(paid(order, {"method": "ideal", "refundable_until": yesterday}))
        refund = await shop.proposed(order)

        approved = await shop.approve(refund)
        assert (approved["state"], approved["by_hand"]) == ("approved", True)
        assert approved["manual_reason"] == "refundable_until_passed"
        told = words(await shop.mail(order, "reaches you"))
        assert "for a limited time only, and that time is over" in told

        recorded = await shop.recorded(refund, "WIRE-1")
        assert (recorded["state"], recorded["attempts"]) == ("succeeded", 0)
        assert "in another way than you paid" in words(await shop.mail(order, "we have sent"))
        assert (await shop.ledger(order))["refunded"] == 0


class TestARefundThatFails:
    async def test_is_paid_otherwise_once_the_provider_was_asked_again(self, shop: Shop):
        order = await shop.order()
        refund = await shop.proposed(order)
        await shop.goes_wrong(order, "declined")
        await shop.approve(refund)
        await shop.refund_is(refund, "failed")
        url = f"/refunds/{refund['id']}/pay-otherwise"
        await shop.refused("finance", url, {}, 400, "invalid_request")

        answer = await shop.post("finance", url, {"reason": "Their card is closed; by wire."})
        assert (answer["state"], answer["manual_reason"]) == ("approved", "paid_otherwise")
        assert "did not go through by the way you paid" in words(
            await shop.mail(order, "reaches you")
        )
        paid_back = await shop.recorded(refund, "WIRE-2")

        assert (paid_back["state"], paid_back["attempts"]) == ("succeeded", 1)
        assert "in another way than you paid" in words(await shop.mail(order, "we have sent"))
        assert (await shop.ledger(order))["refunded"] == 0
        await shop.state_is(refund["return_number"], "closed")
        customer = await shop.customer(order)
        seen = await shop.get(customer, f"/returns/{refund['return_number']}/events")
        assert "Their card is closed" not in str(seen)


class TestACurrencyWithStepsOfItsOwn:
    @pytest.mark.parametrize(
        ("currency", "price", "broken"),
        [("KWD", 12340, 12335), ("ISK", 690000, 689950), ("JPY", 1235, None)],
    )
    async def test_goes_back_in_these_alone(
        self, shop: Shop, currency: str, price: int, broken: int | None
    ):
        order = an_order(shop.now(), line(quantity=1, price=price, tax=0), discount=0)
        order = await shop.send_in(paid(order, currency=currency))
        refund = await shop.proposed(order)
        assert (refund["proposed"], refund["currency"]) == (price, currency)

        url = f"/refunds/{refund['id']}/approve"
        less = {"amount": broken, "note": "A strap is missing.", "clause": "return.condition"}
        if broken is not None:
            problem = await shop.refused("finance", url, less, 422, "amount_not_payable")
            assert [one["pointer"] for one in problem["errors"]] == ["/amount"]

        await shop.approve(refund)
        await shop.refund_is(refund, "succeeded")
        assert (await shop.ledger(order))["refunded"] == price
