"""Webhooks whose job was lost are taken up again; what is old is forgotten."""

from datetime import datetime, timedelta

from returns_engine.gateways.job_queue.jobs import defer_jobs, with_a_job
from returns_engine.tables.engine import connection, the_engine, transaction
from returns_engine.workflow.webhook_events import SENDING, SENDING_LATER, sending_job

QUIET_FOR = timedelta(minutes=5)
KEPT = timedelta(days=30)
"""How long the log goes back; what did not arrive in that time is not sent again."""

MOST_AT_ONCE = 500
_FORGOTTEN_AT_ONCE = 5_000

_WAITING = """
SELECT id, endpoint, lane FROM webhook_deliveries
WHERE state = 'queued' AND next_try < $1 ORDER BY next_try LIMIT $2
"""


async def sweep_webhooks(*, now: datetime) -> int:
    """Enqueue every event that waits and whose job was lost or died; return how many."""
    async with transaction():
        rows = await connection().fetch(_WAITING, now - QUIET_FOR, MOST_AT_ONCE)
        if not rows:
            return 0
        seen_to = await with_a_job(connection(), (SENDING, SENDING_LATER), "delivery_id")
        missing = [row for row in rows if str(row["id"]) not in seen_to]
        jobs = [
            sending_job(row["id"], endpoint=row["endpoint"], lane=row["lane"]) for row in missing
        ]
        await defer_jobs(connection(), jobs)
    return len(jobs)


_OLD = """
DELETE FROM webhook_deliveries WHERE id IN (
    SELECT id FROM webhook_deliveries WHERE happened_at < $1 ORDER BY happened_at LIMIT $2)
RETURNING id
"""


async def forget_webhooks(*, now: datetime) -> int:
    """Delete what happened a month ago or earlier, arrived or not, and return how many."""
    count = 0
    while True:
        gone = await the_engine().fetch_rows(_OLD, now - KEPT, _FORGOTTEN_AT_ONCE)
        count += len(gone)
        if len(gone) < _FORGOTTEN_AT_ONCE:
            return count
