"""A program of the shop's hears of a whole return: a real server, the worker's real posts."""

import json
from collections.abc import Iterator
from typing import Any

from returns_engine.cli.demo.seed_webhooks import DESCRIPTION, seed_webhooks
from returns_engine.queries.webhooks import list_endpoints
from returns_engine.rules.actor import SYSTEM
from returns_engine.sandbox.sample_order import SampleOrder
from returns_engine.tables.engine import engine_at
from returns_engine.workflow.keep_webhooks import add_webhook, remove_webhook
from tests.journeys.orders import asked
from tests.journeys.shop import Shop
from tests.webhook_receiver import Receiver, receiving

SAID = ("my uncle Ottokar", "ask for Ottilie", "Otto is difficult", "1Z99OTTO99")
OF_NOBODY = frozenset({"country", "currency", "status", "channel", "language", "kind"})
"""What an order's person shares with everybody."""


class TestAProgram:
    async def test_hears_of_a_whole_return_move_by_move_and_of_nobody(self, shop: Shop):
        order = await shop.order()
        async with receiving() as receiver, engine_at(shop.running.demo.database_url):
            added = await add_webhook(
                receiver.url, secure=False, actor=SYSTEM, now=shop.running.demo.clock()
            )
            number, refund = await _a_life(shop, order)
            told = await _all_told(shop, receiver, number, added.secret)
            await remove_webhook(added.id, actor=SYSTEM, now=shop.running.demo.clock())

        assert [one["type"] for one in told] == [
            *("return.requested", "return.approved", "return.label_issued", "return.in_transit"),
            *("return.received", "refund.proposed", "return.settling", "refund.approved"),
            *("refund.submitting", "refund.succeeded", "return.closed"),
        ]
        assert {one["data"]["order_number"] for one in told} == {order.number}
        paid = told[-2]["data"]
        assert (paid["refund_id"], paid["amount"], paid["currency"]) == (
            refund["id"],
            refund["proposed"],
            "USD",
        )
        _names_nobody(receiver, order)


class TestTheDemo:
    async def test_has_a_program_that_hears_of_every_return(self, shop: Shop):
        demo = shop.running.demo
        async with engine_at(demo.database_url):
            for _ in range(2):
                await seed_webhooks(demo.sandbox, demo.clock())
            number = (await shop.ask(await shop.order()))["number"]

            async def heard() -> bool:
                items = (await shop.sandbox.get("/webhooks-received")).json()["items"]
                told = {one["type"] for one in items if one["data"]["return_number"] == number}
                return {"return.requested", "return.approved"} <= told

            await shop.until(heard)
            (receiver,) = [
                one.id for one in await list_endpoints() if one.description == DESCRIPTION
            ]
            await remove_webhook(receiver, actor=SYSTEM, now=demo.clock())


async def _a_life(shop: Shop, order: SampleOrder) -> tuple[str, dict[str, Any]]:
    """Take a return from the request to the money; everybody writes something."""
    customer = await shop.customer(order)
    case = await shop.ask(order, asked() | {"comment": SAID[0]}, who=customer)
    number: str = case["number"]
    await shop.state_is(number, "label_issued")
    await shop.post(customer, f"/returns/{number}/messages", {"message": SAID[1]})
    await shop.post("support", f"/returns/{number}/notes", {"note": SAID[2]})
    await shop.post(
        customer, f"/returns/{number}/tracking", {"carrier": "ups", "tracking_number": SAID[3]}
    )
    await shop.receive(number)
    refund = await shop.refund(await shop.inspect(number))
    await shop.approve(refund)
    await shop.refund_is(refund, "succeeded")
    await shop.state_is(number, "closed")
    return number, refund


async def _all_told(
    shop: Shop, receiver: Receiver, number: str, secret: str
) -> list[dict[str, Any]]:
    """Wait until the program has heard that the return is closed; what it heard, in order."""

    async def heard() -> list[dict[str, Any]] | None:
        told = {one.id: one.verified(secret) for one in receiver.got}
        ours = [one for one in told.values() if one["data"].get("return_number") == number]
        is_closed = any(one["type"] == "return.closed" for one in ours)
        in_order = sorted(ours, key=lambda one: one["data"]["sequence"])
        numbers = [one["data"]["sequence"] for one in in_order]
        return in_order if is_closed and len(numbers) >= 11 else None

    return await shop.until(heard)


def _names_nobody(receiver: Receiver, order: SampleOrder) -> None:
    """Look for everything that the shop told us of the person in everything that went out."""
    went_out = "\n".join(json.dumps(one.told, ensure_ascii=False) for one in receiver.got).lower()
    private = {*_words(order.document), *SAID} - {order.number}
    assert len(private) > 15
    assert [word for word in private if word.lower() in went_out] == []


def _words(document: Any, name: str = "") -> Iterator[str]:
    """Give every text of an order that may lead to its person."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield from _words(value, key)
    elif isinstance(document, list):
        for value in document:
            yield from _words(value, name)
    elif isinstance(document, str) and name not in OF_NOBODY and len(document) > 3:
        yield document
