"""What people, the bank and the worker do in a test of one refund, each by one call."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from returns_engine.gateways.payments.gateway import RefundOrder
from returns_engine.gateways.payments.webhook_events import StripeWebhooks
from returns_engine.jobs.catalog import JOBS
from returns_engine.sandbox.provider.webhooks import signature_of
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.sweep import sweep_inbox, sweep_refunds
from returns_engine.workflow.take_webhook import take_webhook
from tests.floor import Floor

SENDING = ("execute_refund", "ask_about")
SECRET = "whsec_of_the_floor"


async def work(floor: Floor, *tasks: str) -> None:
    """Run what waits about money, once, whatever moment it waits for."""
    for waiting in await floor.jobs(*(tasks or SENDING)):
        await the_engine().fetch_rows("DELETE FROM procrastinate_jobs WHERE id = $1", waiting["id"])
        await JOBS[waiting["task_name"]].run(floor.tools, **json.loads(waiting["args"]))


async def settle(floor: Floor) -> dict[str, Any]:
    """Let workers come by until nothing about money waits; return the refund."""
    for _ in range(12):
        if not await floor.jobs(*SENDING, "hear_provider"):
            break
        await work(floor, *SENDING, "hear_provider")
    return await floor.refund()


async def later(floor: Floor, time: timedelta) -> None:
    """Move the clock on, and let the sweep look."""
    told = (await floor.bank.get("/_test/clock")).json()
    offset = told["offset_seconds"] + int(time.total_seconds())
    await floor.bank.post("/_test/clock", json={"offset_seconds": offset})
    await sweep_refunds(now=floor.tools.clock())
    await sweep_inbox(now=floor.tools.clock())


async def told(floor: Floor, kind: str, thing: dict[str, Any], event_id: str) -> bool:
    """Take a webhook in, as the endpoint does; say whether it was new."""
    event = {"id": event_id, "type": kind, "created": 1, "data": {"object": thing}}
    raw, now = json.dumps(event).encode(), floor.tools.clock()
    signature = signature_of(raw, SECRET, int(now.timestamp()))
    return await take_webhook(StripeWebhooks([SECRET]).read_event(raw, signature, now), now=now)


async def keys_sent() -> list[str]:
    """Return the key of each call that was made, oldest first."""
    rows = await the_engine().fetch_rows("SELECT idempotency_key FROM refund_attempts ORDER BY id")
    return [row["idempotency_key"] for row in rows]


async def made_at_the_bank(floor: Floor) -> dict[str, Any] | None:
    """Return the refund that the bank has, if it has one."""
    refunds = await floor.refunds_at_the_bank()
    return refunds[0] if refunds else None


async def reference(refund_id: UUID) -> str:
    """Return the payment that a refund goes back to, by the name that the bank has for it."""
    rows = await the_engine().fetch_rows(
        "SELECT p.reference FROM payments p JOIN refunds r ON r.payment = p.id WHERE r.id = $1",
        refund_id,
    )
    found: str = rows[0]["reference"]
    return found


async def mails_about(floor: Floor, word: str) -> list[str]:
    """Return the subjects of the mails in which a word stands."""
    await work(floor, "send_message")
    items = (await floor.bank.get("/messages")).json()["items"]
    return [mail["subject"] for mail in items if word in mail["subject"].lower()]


async def order_of(refund: dict[str, Any], amount: int) -> RefundOrder:
    """Return an order of that amount under the refund's own key."""
    return RefundOrder(
        payment_reference=await reference(refund["id"]),
        amount=amount,
        currency=refund["currency"],
        idempotency_key=refund["idempotency_key"],
        metadata={"refund_id": "somebody else's"},
    )
