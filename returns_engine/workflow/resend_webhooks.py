"""Send events again: one by its number, or all that did not arrive since a moment; and a test."""

import json
from datetime import datetime
from uuid import uuid4

import asyncpg

from returns_engine.gateways.job_queue.jobs import defer_jobs
from returns_engine.rules.webhooks.event_types import PING
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.refusals import Conflict, NotFound
from returns_engine.workflow.webhook_events import sending_job

_AT_ONCE = 500

_ONE = """
SELECT d.id, d.endpoint, d.lane, e.state FROM webhook_deliveries d
JOIN webhook_endpoints e ON e.id = d.endpoint WHERE d.id = $1 FOR NO KEY UPDATE OF d
"""
_SINCE = """
SELECT id, endpoint, lane FROM webhook_deliveries
WHERE endpoint = $1 AND state IN ('failed', 'held') AND id > $2 AND happened_at >= $3
ORDER BY id LIMIT $4 FOR NO KEY UPDATE
"""
_AGAIN = """
UPDATE webhook_deliveries SET state = 'queued', tries = 0, next_try = $2, delivered_at = NULL
WHERE id = ANY($1)
"""


async def resend_webhook(delivery_id: int, *, now: datetime) -> None:
    """Send one event again, whatever became of it before, under the same `webhook-id`.

    Raises NotFound, or Conflict `switched_off` where nothing is sent to its receiver.
    """
    async with transaction():
        row = await connection().fetchrow(_ONE, delivery_id)
        if row is None:
            raise NotFound("webhook")
        _refuse_off(row["state"])
        await _again([row], now)


async def resend_webhooks(endpoint: int, *, since: datetime, now: datetime) -> int:
    """Send again what a receiver did not get of all that happened since; return how many.

    In small transactions: broken off, it goes on where it was when it is run again. Raises
    NotFound, or Conflict `switched_off`.
    """
    count = last = 0
    while True:
        async with transaction():
            await _require_on(endpoint)
            rows = await connection().fetch(_SINCE, endpoint, last, since, _AT_ONCE)
            if not rows:
                return count
            await _again(rows, now)
        count, last = count + len(rows), rows[-1]["id"]


_PING = """
INSERT INTO webhook_deliveries (endpoint, event_id, event_type, happened_at, data, next_try)
VALUES ($1, $2, $3, $4, $5::jsonb, $4) RETURNING id, endpoint, lane
"""


async def ping_webhook(endpoint: int, *, now: datetime) -> int:
    """Send a test event to a receiver and return its number in the log.

    Raises NotFound, or Conflict `switched_off`.
    """
    async with transaction():
        await _require_on(endpoint)
        data = json.dumps({"endpoint": endpoint})
        row = await connection().fetchrow(_PING, endpoint, uuid4(), PING, now, data)
        await _enqueue([row])
        number: int = row["id"]
        return number


async def _again(rows: list[asyncpg.Record], now: datetime) -> None:
    await connection().execute(_AGAIN, [row["id"] for row in rows], now)
    await _enqueue(rows)


async def _enqueue(rows: list[asyncpg.Record]) -> None:
    jobs = [sending_job(row["id"], endpoint=row["endpoint"], lane=row["lane"]) for row in rows]
    await defer_jobs(connection(), jobs)


async def _require_on(endpoint: int) -> None:
    known = "SELECT state FROM webhook_endpoints WHERE id = $1"
    row = await connection().fetchrow(known, endpoint)
    if row is None:
        raise NotFound("receiver")
    _refuse_off(row["state"])


def _refuse_off(state: str) -> None:
    if state != "enabled":
        detail = "Nothing is sent to this receiver: switch it on first."
        raise Conflict("switched_off", detail)
