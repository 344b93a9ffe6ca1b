"""What nobody answered for: found by looking, every few minutes, harmless twice."""

from datetime import datetime, timedelta

from returns_engine.gateways.job_queue.jobs import Job, defer_jobs
from returns_engine.tables.engine import connection, transaction

QUIET_FOR = timedelta(minutes=2)
MOST_AT_ONCE = 500

_OPEN = """
SELECT id, state, payment FROM refunds
WHERE state IN ('approved', 'submitting', 'unknown', 'pending', 'requires_action')
  AND COALESCE(checked_at, proposed_at) < $1
  AND payment IN (SELECT id FROM payments WHERE provider = 'stripe')
ORDER BY checked_at NULLS FIRST LIMIT $2
"""

_LABELS = """
SELECT number FROM returns WHERE permission = 'approved' AND goods_expected
  AND label_issued_at IS NULL AND state = 'approved' AND approved_at < $1
ORDER BY id LIMIT $2
"""

_SENT_AGAIN = frozenset({"approved", "submitting", "unknown"})


async def sweep_refunds(*, now: datetime) -> int:
    """Enqueue every open, quiet refund: to be sent again with its key, or asked about."""
    async with transaction():
        rows = await connection().fetch(_OPEN, now - QUIET_FOR, MOST_AT_ONCE)
        jobs = [
            Job(
                task="execute_refund" if row["state"] in _SENT_AGAIN else "ask_about",
                args={"refund_id": str(row["id"])},
                lock=f"payment:{row['payment']}",
            )
            for row in rows
        ]
        await defer_jobs(connection(), jobs)
        return len(jobs)


async def sweep_inbox(*, now: datetime) -> int:
    """Enqueue every event of the inbox whose job was lost."""
    async with transaction():
        rows = await connection().fetch(
            "SELECT id FROM webhook_inbox WHERE handled_at IS NULL AND received_at < $1"
            " ORDER BY id LIMIT $2",
            now - QUIET_FOR,
            MOST_AT_ONCE,
        )
        jobs = [Job(task="hear_provider", args={"inbox_id": row["id"]}) for row in rows]
        await defer_jobs(connection(), jobs)
        return len(jobs)


async def sweep_labels(*, now: datetime) -> int:
    """Enqueue every approved return that still has no label."""
    async with transaction():
        rows = await connection().fetch(_LABELS, now - QUIET_FOR, MOST_AT_ONCE)
        jobs = [
            Job(
                task="issue_label",
                args={"number": row["number"]},
                lock=f"return:{row['number']}",
            )
            for row in rows
        ]
        await defer_jobs(connection(), jobs)
        return len(jobs)
