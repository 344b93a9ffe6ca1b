"""Send one event to one receiver: committed before the call, recorded after it.

No transaction is open during the call. Killed in between, the job runs again and the receiver may
get the event twice, under the same `webhook-id`: at least once, never in silence not at all.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from returns_engine.gateways.clock import Clock
from returns_engine.gateways.job_queue.jobs import defer_jobs
from returns_engine.gateways.webhook_receivers.receivers import Answered, NotReached, Receivers
from returns_engine.gateways.webhook_receivers.signatures import signed_headers
from returns_engine.queries.rows import loaded
from returns_engine.rules.webhooks.retries import Off, is_given_up, pause_after
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.webhook_events import later_job, sending_job
from returns_engine.workflow.webhook_standing import note_failure, note_success, switch_off

GONE = 410

_DUE = """
SELECT d.id, d.endpoint, d.event_id, d.event_type, d.happened_at, d.data, d.tries, e.state, e.url,
       e.secret, e.old_secret, e.old_secret_until, e.paused_until
FROM webhook_deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint
WHERE d.id = $1 AND d.state = 'queued' FOR NO KEY UPDATE OF d
"""
_TRY = "UPDATE webhook_deliveries SET tries = tries + 1, last_try_at = $2 WHERE id = $1"
_HOLD = "UPDATE webhook_deliveries SET state = 'held', next_try = NULL WHERE id = $1"
_WAIT = "UPDATE webhook_deliveries SET next_try = $2 WHERE id = $1"
_WAITS = "SELECT id FROM webhook_deliveries WHERE id = $1 AND state = 'queued' FOR NO KEY UPDATE"
_ANSWERED = """
UPDATE webhook_deliveries SET state = $2::text, next_try = $3, last_status = $4, last_error = $5,
       delivered_at = CASE $2::text WHEN 'delivered' THEN $6::timestamptz END
WHERE id = $1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One try that was committed before its call."""

    delivery: int
    endpoint: int
    tries: int
    webhook_id: str
    url: str
    body: str
    secrets: tuple[str, ...]


async def send_webhook(
    delivery_id: int,
    *,
    receivers: Receivers,
    clock: Clock,
    world_clock: Clock,
    chance: Callable[[], float],
) -> None:
    """Send an event that waits; do nothing for any other.

    It is signed at a moment of `world_clock`, which receivers compare with their own: the engine's
    may run ahead in the demo. `chance` spreads what is tried again.
    """
    async with transaction():
        post = await _prepare(delivery_id, now=clock())
    if post is None:
        return
    headers = signed_headers(post.webhook_id, post.body, secrets=post.secrets, at=world_clock())
    headers |= {"content-type": "application/json", "user-agent": "returns-engine"}
    answer = await receivers.post(post.url, headers, post.body.encode())
    async with transaction():
        await _record(post, answer, chance=chance(), now=clock())


async def _prepare(delivery_id: int, *, now: datetime) -> Post | None:
    """Count the try and return what to post, or let it wait as long as its receiver asked."""
    row = await connection().fetchrow(_DUE, delivery_id)
    if row is None:
        return None
    if row["state"] != "enabled":
        await connection().execute(_HOLD, delivery_id)
        return None
    if row["paused_until"] is not None and row["paused_until"] > now:
        await connection().execute(_WAIT, delivery_id, row["paused_until"])
        await _later(delivery_id, row["paused_until"] - now)
        return None
    await connection().execute(_TRY, delivery_id, now)
    return Post(
        delivery=delivery_id,
        endpoint=row["endpoint"],
        tries=row["tries"] + 1,
        webhook_id=webhook_id(row["event_id"]),
        url=row["url"],
        body=_body(row),
        secrets=_secrets(row, now),
    )


def webhook_id(event_id: UUID) -> str:
    """Return how an event is named to receivers: by letters and digits alone."""
    return f"msg_{event_id.hex}"


def _body(row: Any) -> str:  # noqa: ANN401 - asyncpg's row
    at: datetime = row["happened_at"]
    told = {
        "type": row["event_type"],
        "timestamp": at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "data": loaded(row["data"]),
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _secrets(row: Any, now: datetime) -> tuple[str, ...]:  # noqa: ANN401 - asyncpg's row
    """Return what signs: the secret, and the one before it until its time is over."""
    until = row["old_secret_until"]
    old = row["old_secret"] if until is not None and now < until else None
    return (row["secret"],) if old is None else (row["secret"], old)


async def _record(
    post: Post, answer: Answered | NotReached, *, chance: float, now: datetime
) -> None:
    """Keep what came of a try: the receiver's standing first, then the event's own state.

    A receiver that was removed meanwhile is no loss.
    """
    if isinstance(answer, Answered) and answer.took_it:
        if await note_success(post.endpoint, now=now):
            await _keep(post, answer, "delivered", pause=None, now=now)
        return
    wait = answer.wait if isinstance(answer, Answered) else None
    since = await note_failure(post.endpoint, wait=wait, now=now)
    if since is None:
        return
    gone = isinstance(answer, Answered) and answer.status == GONE
    pause = None if gone else pause_after(post.tries, asked=wait, chance=chance)
    await _keep(post, answer, "failed" if pause is None else "queued", pause=pause, now=now)
    if gone or is_given_up(since, now):
        await switch_off(post.endpoint, Off.GONE if gone else Off.FAILING, now=now)


async def _keep(
    post: Post,
    answer: Answered | NotReached,
    state: str,
    *,
    pause: timedelta | None,
    now: datetime,
) -> None:
    """Keep the event's new state; what another worker has recorded of it meanwhile stands.

    There is another where a paused worker was taken for dead.
    """
    if await connection().fetchrow(_WAITS, post.delivery) is None:
        return
    await connection().execute(
        _ANSWERED,
        post.delivery,
        state,
        None if pause is None else now + pause,
        answer.status if isinstance(answer, Answered) else None,
        None if isinstance(answer, Answered) else str(answer.trouble),
        now,
    )
    if pause is not None:
        await _later(post.delivery, pause)


async def _later(delivery_id: int, pause: timedelta) -> None:
    await defer_jobs(connection(), [later_job(delivery_id, delay=ceil(pause.total_seconds()))])


_LANE = "SELECT endpoint, lane FROM webhook_deliveries WHERE id = $1 AND state = 'queued'"


async def send_webhook_later(delivery_id: int) -> None:
    """Put an event whose pause is over back into its receiver's lane, if it still waits."""
    async with transaction():
        row = await connection().fetchrow(_LANE, delivery_id)
        if row is not None:
            job = sending_job(delivery_id, endpoint=row["endpoint"], lane=row["lane"])
            await defer_jobs(connection(), [job])
