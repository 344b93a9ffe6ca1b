"""The link in the mail: used, and left alone until its deadline is over."""

import re
from datetime import timedelta
from typing import Any

import httpx

from returns_engine.sandbox.sample_order import SampleOrder
from tests.journeys.orders import an_order, units
from tests.journeys.shop import Shop, tell_payment
from tests.portal.conftest import Visitor


async def paid(shop: Shop, *, shipped: bool, shipping: int = 1000) -> SampleOrder:
    """An order of two covers with shipping paid; sent or not, delivered in no case."""
    sample = an_order(shop.now(), shipping=shipping)
    document = dict(sample.document)
    if shipped:
        document["shipments"] = [
            {**document["shipments"][0], "delivered_at": None, "delivery_evidence": None}
        ]
    else:
        document |= {"shipments": [], "status": "processing"}
    order = SampleOrder(number=sample.number, good_for=sample.good_for, document=document)
    for payment in order.stripe_payments():
        await tell_payment(shop.sandbox, payment)
    answer = await shop.send("shop", "PUT", f"/orders/{order.number}", document)
    assert answer.status_code == 201, answer.text
    return order


async def offer(shop: Shop, order: SampleOrder, kind: str, **more: Any) -> dict[str, Any]:
    body = {"kind": kind, "lines": [units(quantity=2)], **more}
    return await shop.post("support", f"/orders/{order.number}/choices", body)


def in_days(shop: Shop, days: int) -> str:
    return (shop.now() + timedelta(days=days)).date().isoformat()


async def follow_link(shop: Shop, order: SampleOrder, about: str, option: str | None) -> str:
    """Open the link in the mail without signing in, choose, and return the page."""
    letter = await shop.mail(order, about)
    found = re.search(r"https?://\S+/choices/\S+", letter["text"])
    assert found is not None, letter["text"]
    link = httpx.URL(found.group())
    async with httpx.AsyncClient(
        base_url=link.copy_with(path="/"), follow_redirects=True, timeout=60
    ) as client:
        visitor = Visitor(client)
        assert (await visitor.open(link.path)).status_code == 200
        if option is not None:
            await visitor.send(link.path, option=option)
        return visitor.text


async def made(shop: Shop, choice: dict[str, Any]) -> dict[str, Any]:
    """Wait until one of the options holds, by whomever."""

    async def there() -> dict[str, Any] | None:
        found = await shop.get("support", f"/choices/{choice['id']}")
        return found if found["chosen"] else None

    return await shop.until(there)


async def all_paid_back(shop: Shop, order: SampleOrder, choice: dict[str, Any]) -> None:
    """Finance approves; the bank gives back all that was paid, to the cent."""
    case = await shop.case(choice["return_number"])
    refund = await shop.refund(case)
    assert refund["proposed"] == order.document["payments"][0]["captured"]
    await shop.approve(refund)
    await shop.refund_is(refund, "succeeded")
    await shop.state_is(case["number"], "closed")
    assert (await shop.ledger(order))["refunded"] == refund["proposed"]


class TestWhatIsOutOfStock:
    async def test_is_cancelled_by_the_link_and_paid_back(self, shop: Shop):
        order = await paid(shop, shipped=False)
        choice = await offer(shop, order, "out_of_stock")
        page = await follow_link(shop, order, "out of stock", "cancel")
        assert "goes back to you" in page

        chosen = await made(shop, choice)
        assert (chosen["state"], chosen["chosen"]["by"]) == ("chosen", "customer")
        await all_paid_back(shop, order, chosen)
        await shop.mail(order, "your choice")

    async def test_is_waited_for_and_then_sent(self, shop: Shop):
        order = await paid(shop, shipped=False)
        choice = await offer(shop, order, "out_of_stock", restock_on=in_days(shop, 50))
        assert choice["default"] == "cancel"
        await follow_link(shop, order, "out of stock", "wait")
        letter = await shop.mail(order, "your choice")
        assert "We send it as soon as it is there" in " ".join(letter["text"].split())

        done = await shop.post("support", f"/choices/{choice['id']}/done", {"reference": "S-1"})
        assert (done["chosen"]["option"], done["done"]["reference"]) == ("wait", "S-1")
        again = await offer(shop, order, "out_of_stock", restock_on=in_days(shop, 5))
        assert (again["repeated"], again["default"]) == (True, "cancel")


class TestALinkNobodyUsed:
    async def test_ends_in_waiting_or_in_the_money_as_the_day_is_known_or_not(self, shop: Shop):
        known, unknown = await paid(shop, shipped=False), await paid(shop, shipped=False)
        waits = await offer(shop, known, "out_of_stock", restock_on=in_days(shop, 25))
        ends = await offer(shop, unknown, "out_of_stock")
        assert (waits["default"], ends["default"]) == ("wait", "cancel")
        await shop.later(days=6)
        await shop.mail(known, "still to choose")
        assert (await shop.get("support", f"/choices/{waits['id']}"))["state"] == "open"
        await shop.later(days=2)

        waited, ended = await made(shop, waits), await made(shop, ends)
        assert (waited["state"], waited["chosen"]["option"]) == ("defaulted", "wait")
        assert waited["return_number"] is None
        assert (ended["state"], ended["chosen"]["by"]) == ("defaulted", "system")
        letter = await shop.mail(unknown, "what we do about your order")
        assert "It is canceled." in letter["text"]
        await all_paid_back(shop, unknown, ended)
        page = await follow_link(shop, known, "out of stock", None)
        assert "We did not hear from you" in page
        assert "<fieldset" not in page


class TestAParcelThatCannotBeDelivered:
    async def test_is_paid_back(self, shop: Shop):
        order = await paid(shop, shipped=True)
        choice = await offer(shop, order, "undeliverable")
        assert (await shop.case(choice["return_number"]))["state"] == "in_review"
        await follow_link(shop, order, "could not deliver", "refund")

        await all_paid_back(shop, order, await made(shop, choice))

    async def test_is_sent_once_more(self, shop: Shop):
        order = await paid(shop, shipped=True)
        choice = await offer(shop, order, "undeliverable")
        await follow_link(shop, order, "could not deliver", "reship")

        case = await shop.case(choice["return_number"])
        assert (case["state"], case["refunds"]) == ("settling", [])
        assert [one["quantity"] for one in case["replacements"]] == [2]

    async def test_is_paid_back_after_silence(self, shop: Shop):
        order = await paid(shop, shipped=True)
        choice = await offer(shop, order, "undeliverable")
        await shop.later(days=8)

        ended = await made(shop, choice)
        assert (ended["state"], ended["chosen"]["option"]) == ("defaulted", "refund")
        await all_paid_back(shop, order, ended)
