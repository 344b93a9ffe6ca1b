"""What webhooks tell of a change: written for every receiver that wants it, sent by jobs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from returns_engine.gateways.job_queue.jobs import DEFER, Job, defer_jobs, deferred
from returns_engine.rules.webhooks.news import News
from returns_engine.tables.engine import connection
from returns_engine.tables.one_statement import OneStatement

LANES = 2
"""How many webhooks may be on their way to one receiver at once; those of one return follow one
another."""

MOST_ENDPOINTS = 10
"""With all their lanes at a standstill a worker still has a third of its hands free."""

_PRIORITY = -10
SENDING, SENDING_LATER = "send_webhook", "send_webhook_later"

_TELL = """
INSERT INTO webhook_deliveries
    (endpoint, event_id, event_type, happened_at, data, lane, state, next_try)
SELECT e.id, news.event_id, news.type, {}::timestamptz,
       CASE WHEN r.id IS NULL THEN news.data
            ELSE news.data || jsonb_build_object('amount', COALESCE(r.amount, r.proposed),
                                                 'currency', r.currency, 'version', r.version)
       END,
       {}::int, CASE e.state WHEN 'enabled' THEN 'queued' ELSE 'held' END,
       CASE e.state WHEN 'enabled' THEN {}::timestamptz END
FROM unnest({}::uuid[], {}::text[], {}::jsonb[], {}::uuid[])
    WITH ORDINALITY AS news (event_id, type, data, refund, place)
JOIN (SELECT id, state, event_types FROM webhook_endpoints FOR KEY SHARE) AS e
  ON e.event_types = '[]' OR e.event_types ? news.type
LEFT JOIN refunds r ON r.id = news.refund
ORDER BY e.id, news.place
RETURNING id, endpoint, lane, state
"""
_AND_SAY_WHICH = """
SELECT told.id, told.endpoint, told.lane
FROM ({}) AS done LEFT JOIN told ON told.state = 'queued'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEvent:
    """One event as receivers are told of it; a refund's amount is added when it is written down."""

    id: UUID
    type: str
    data: Mapping[str, object]
    refund: UUID | None


def webhook_events(
    news: Iterable[News], about: Mapping[str, str], *, version: int
) -> list[WebhookEvent]:
    """Return `news` of one return as events: ids and states, and not a word about anybody.

    `about` names the return, its order and its kind; `version` is what it has become.
    """
    return [
        WebhookEvent(
            id=uuid4(),
            type=one.type,
            data={
                **({"refund_id": one.refund} if one.refund else {}),
                **about,
                "state": one.state,
                "version": version,
                "sequence": one.sequence,
            },
            refund=UUID(one.refund) if one.refund else None,
        )
        for one in news
    ]


async def run_and_tell(
    statement: OneStatement,
    events: Sequence[WebhookEvent],
    *,
    return_id: int,
    jobs: Sequence[Job],
    now: datetime,
) -> None:
    """Send `statement` with `jobs` in it, and `events` written down for their receivers.

    A receiver that is being removed meanwhile is waited for and left out, so that no return fails
    over it.
    """
    last, values = (DEFER, deferred(jobs)) if jobs else ("SELECT 1", ())
    if not events:
        await statement.run(last, *values)
        return
    statement.write(
        _TELL,
        now,
        return_id % LANES,
        now,
        [one.id for one in events],
        [one.type for one in events],
        [json.dumps(one.data) for one in events],
        [one.refund for one in events],
        name="told",
    )
    queued = await statement.run(_AND_SAY_WHICH.replace("{}", last), *values)
    await defer_jobs(
        connection(),
        [
            sending_job(row["id"], endpoint=row["endpoint"], lane=row["lane"])
            for row in queued
            if row["id"] is not None
        ],
    )


def sending_job(delivery_id: int, *, endpoint: int, lane: int) -> Job:
    """Return the job that sends a webhook now; those of one lane go one after the other."""
    return Job(
        task=SENDING,
        args={"delivery_id": delivery_id},
        lock=f"webhook:{endpoint}:{lane}",
        priority=_PRIORITY,
    )


def later_job(delivery_id: int, *, delay: int) -> Job:
    """Return the job that puts a webhook into its lane again after so many seconds.

    Held back in the lane itself, it would hold up all that comes after it.
    """
    return Job(
        task=SENDING_LATER,
        args={"delivery_id": delivery_id},
        delay=delay,
        priority=_PRIORITY,
    )
