"""What tests of money do again and again: play the worker, the bank, and its webhooks."""

import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from returns_engine.gateways.payments.webhook_events import WebhookEvent
from returns_engine.jobs.catalog import JOBS
from returns_engine.rules.actor import Actor
from returns_engine.rules.words import ActorKind
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.retry_refund import retry_refund
from returns_engine.workflow.take_webhook import take_webhook
from tests.floor import Floor

FINANCE = Actor(kind=ActorKind.STAFF, id="22", person=22)
MONEY_JOBS = ("execute_refund", "ask_about", "hear_provider", "look_at_payment")


async def send(floor: Floor) -> dict[str, Any]:
    """Run once every job about money that waits, and return the refund's row."""
    return await run(floor, *MONEY_JOBS)


async def run(floor: Floor, *tasks: str) -> dict[str, Any]:
    """Run once the jobs of these tasks that wait, and return the refund's row."""
    for waiting in await floor.jobs(*tasks):
        await the_engine().fetch_rows("DELETE FROM procrastinate_jobs WHERE id = $1", waiting["id"])
        await JOBS[waiting["task_name"]].run(floor.tools, **json.loads(waiting["args"]))
    return await floor.refund()


async def ask(floor: Floor) -> dict[str, Any]:
    """Ask about the one refund, as the sweep would."""
    await JOBS["ask_about"].run(floor.tools, refund_id=str((await floor.refund())["id"]))
    return await floor.refund()


async def retry(floor: Floor) -> UUID:
    """Try the failed refund again, as finance does."""
    refund_id: UUID = (await floor.refund())["id"]
    await retry_refund(refund_id, actor=FINANCE, now=floor.tools.clock())
    return refund_id


async def sql(statement: str, *values: object) -> Any:
    """Return the first value of a statement."""
    rows = await the_engine().fetch_rows(statement, *values)
    return rows[0][0] if rows else None


async def mails(template: str) -> int:
    """Count the mails of one kind that were written to the customer."""
    count: int = await sql("SELECT count(*) FROM messages WHERE template = $1", template)
    return count


async def reference() -> str:
    """The name of the order's payment at the bank."""
    found: str = await sql("SELECT reference FROM payments")
    return found


async def control(floor: Floor, path: str, **body: Any) -> dict[str, Any]:
    """Make something happen at the bank."""
    answer = await floor.bank.post(f"/_test/{path}", json=body)
    assert answer.is_success, answer.text
    return answer.json()


async def at_the_counter(floor: Floor, path: str, **fields: Any) -> dict[str, Any]:
    """Order something at the bank as anybody with the key can, beside the engine."""
    key = floor.settings.stripe_key
    answer = await floor.bank.post(
        f"/v1/{path}", data=fields, headers={"Authorization": f"Bearer {key}"}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def hint(kind: str, object_id: str, payment: str | None = None) -> None:
    """Let a webhook of the bank come in."""
    event = WebhookEvent(
        id="evt_" + secrets.token_hex(8),
        type=kind,
        created_at=datetime.now(UTC),
        api_version=None,
        livemode=False,
        object_type=kind.partition(".")[0],
        object_id=object_id,
        payment_reference=payment,
        metadata={},
    )
    await take_webhook(event, now=datetime.now(UTC))


async def later(floor: Floor, **more: float) -> None:
    """Move the clock of bank and engine on."""
    offset = (await floor.bank.get("/_test/clock")).json()["offset_seconds"]
    seconds = offset + int(timedelta(**more).total_seconds())
    await control(floor, "clock", offset_seconds=seconds)
