"""Cancelled, lost, undeliverable, late: lives in which nothing comes back."""

from datetime import datetime, timedelta
from typing import Any

from returns_engine.cli.demo.seed import tell_payment
from returns_engine.sandbox.sample_order import SampleOrder
from tests.journeys.orders import an_order, asked, line, units
from tests.journeys.shop import Shop


async def put(shop: Shop, order: SampleOrder, **changes: Any) -> SampleOrder:
    """Send an order as it stands, with what changed."""
    sent = SampleOrder(
        number=order.number, good_for=order.good_for, document=dict(order.document) | changes
    )
    answer = await shop.send("shop", "PUT", f"/orders/{sent.number}", dict(sent.document))
    assert answer.status_code in {200, 201}, answer.text
    return sent


async def not_shipped(
    shop: Shop, *lines: dict[str, Any], started: bool = False, **about: Any
) -> SampleOrder:
    """An order that is paid for and still with us."""
    order = an_order(shop.now(), *lines, **about)
    for payment in order.stripe_payments():
        await tell_payment(shop.sandbox, payment)
    placed = order.document["placed_at"]
    return await put(
        shop,
        order,
        status="processing",
        shipments=[],
        production_started_at=placed if started else None,
    )


def delivered(order: SampleOrder, at: datetime) -> list[dict[str, Any]]:
    """The order's parcel, delivered `at`."""
    sent = at - timedelta(days=4)
    parcel = order.document["shipments"][0]
    return [{**parcel, "shipped_at": sent.isoformat(), "delivered_at": at.isoformat()}]


class TestAnOrderCancelledBeforeItLeft:
    async def test_of_stock_is_settled_at_once_and_paid(self, shop: Shop):
        order = await not_shipped(shop, shipping=1299)
        customer = await shop.customer(order)

        case = await shop.ask(order, asked(2), who=customer, kind="cancellation")

        assert (case["state"], case["label"]) == ("settling", None)
        told = (await shop.mail(order, "cancellation"))["text"]
        assert "We do not send this" in told
        assert "label" not in told.lower()
        refund = await shop.refund(case)
        assert refund["proposed"] == order.document["payments"][0]["captured"]
        await shop.refund_is(await shop.approve(refund), "succeeded")
        closed = await shop.state_is(case["number"], "closed")
        assert closed["next_step"]["key"] == "next_step.refunded"
        assert (await shop.ledger(order))["refunded"] == refund["proposed"]

    async def test_of_a_custom_cover_needs_nobody_before_production(self, shop: Shop):
        order = await not_shipped(shop, line(quantity=1), kind="custom", discount=0)

        case = await shop.ask(order, asked(1), kind="cancellation")

        assert case["state"] == "settling"

    async def test_of_a_custom_cover_in_production_is_looked_at(self, shop: Shop):
        order = await not_shipped(shop, line(quantity=1), kind="custom", discount=0, started=True)
        customer = await shop.customer(order)

        case = await shop.ask(order, asked(1), who=customer, kind="cancellation")

        assert (case["state"], case["next_step"]["who"]) == ("in_review", "merchant")
        told = (await shop.mail(order, "looking at your request"))["text"]
        assert "A cover already in production can be cancelled only after a person has looked." in (
            " ".join(told.split())
        )
        approved = await shop.post("support", f"/returns/{case['number']}/approve")
        assert approved["state"] == "settling"
        assert "We do not send this" in (await shop.mail(order, "is accepted"))["text"]

    async def test_that_is_shipped_all_the_same_is_held(self, shop: Shop):
        order = await not_shipped(shop)
        case = await shop.ask(order, asked(2), kind="cancellation")
        refund = await shop.refund(case)

        parcel = {"shipment_id": "S1", "lines": [units()]}
        await put(shop, order, shipments=[parcel])

        async def held() -> bool:
            return bool((await shop.case(case["number"]))["flags"]["on_hold"])

        await shop.until(held)
        url = f"/refunds/{refund['id']}/approve"
        body = {"amount": refund["proposed"]}
        await shop.refused("finance", url, body, 409, "shipped_meanwhile")


class TestAParcel:
    async def test_delivered_and_not_received_is_asked_for_at_the_carrier_and_paid(
        self, shop: Shop
    ):
        order = await shop.order(shipping=1299)
        customer = await shop.customer(order)
        case = await shop.ask(
            order, asked(2, reason="not_received"), who=customer, kind="delivery_problem"
        )
        url = f"/returns/{case['number']}"
        told = (await shop.mail(order, "looking at your request"))["text"]
        assert "you need not send anything" in " ".join(told.split())

        note = {"note": "UPS asks the driver; we hear by Friday."}
        asked_for = await shop.post("support", f"{url}/carrier-inquiry", note)
        assert asked_for["next_step"]["who"] == "carrier"
        assert "by Friday" in (await shop.mail(order, "asked the carrier"))["text"]
        seen = await shop.get(customer, f"{url}/events")
        assert seen["items"][-1]["text"] == note["note"]

        approved = await shop.post("support", f"{url}/approve")
        refund = await shop.refund(approved)
        assert refund["proposed"] == order.document["payments"][0]["captured"]
        await shop.refund_is(await shop.approve(refund), "succeeded")
        await shop.state_is(case["number"], "closed")
        assert "We have sent" in (await shop.mail(order, "sent your refund"))["text"]

    async def test_that_is_undeliverable_is_opened_by_support_and_paid(self, shop: Shop):
        order = await shop.order()
        case = await shop.ask(
            order, asked(2, reason="undeliverable"), who="support", kind="delivery_problem"
        )
        assert case["state"] == "in_review"

        approved = await shop.post("support", f"/returns/{case['number']}/approve")

        assert approved["state"] == "settling"
        told = (await shop.mail(order, "is accepted"))["text"]
        assert "You need not send anything." in " ".join(told.split())
        await shop.refund_is(await shop.approve(await shop.refund(approved)), "succeeded")

    async def test_that_is_late_is_sent_again_where_the_customer_wants_it(self, shop: Shop):
        order = await shop.order()
        customer = await shop.customer(order)
        wish = asked(1, reason="late")
        case = await shop.ask(
            order, wish, who=customer, kind="delivery_problem", resolution="replacement"
        )

        approved = await shop.post("support", f"/returns/{case['number']}/approve")

        assert [one["state"] for one in approved["replacements"]] == ["planned"]
        assert approved["refunds"] == []
        assert "We send you the same again" in (await shop.mail(order, "is accepted"))["text"]


class TestADeliveryDate:
    async def test_stated_by_the_customer_turns_a_refusal_into_an_approval(self, shop: Shop):
        now = shop.now()
        order = an_order(now)
        order = await put(
            shop,
            order,
            placed_at=(now - timedelta(days=60)).isoformat(),
            shipments=delivered(order, now - timedelta(days=45)),
        )
        customer = await shop.customer(order)
        wish = {"order_number": order.number, "lines": [asked()]}
        await shop.refused(customer, "/returns", wish, 422, "return_window_closed")

        url = f"/orders/{order.number}/delivery-evidence"
        word = {
            "shipment_id": "S1",
            "delivered_at": (now - timedelta(days=20)).isoformat(),
            "reason": "The neighbor brought it over twenty days ago.",
        }
        kept = await shop.post("support", url, word)
        assert kept["stands"] is True

        assert (await shop.ask(order, asked(), who=customer))["state"] == "approved"
