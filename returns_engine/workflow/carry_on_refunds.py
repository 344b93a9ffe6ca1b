"""Send on what waited for its payment: it agrees, has enough left again, or no dispute is open."""

from collections.abc import Sequence

from returns_engine.gateways.job_queue.jobs import Job, defer_jobs, with_a_job
from returns_engine.tables.engine import connection

_BLOCKED = """
SELECT id, payment FROM refunds
WHERE blocked_since IS NOT NULL AND state = 'approved' AND payment = ANY($1) ORDER BY decided_at
"""

_HELD = """
SELECT id, payment FROM refunds
WHERE held_for_dispute AND state = 'proposed' AND payment = $1 ORDER BY proposed_at, id
"""


async def carry_on_refunds(payment_ids: Sequence[int]) -> None:
    """Order the execution of the refunds that these payments, by row id, kept from being sent."""
    rows = await connection().fetch(_BLOCKED, list(payment_ids))
    if not rows:
        return
    seen_to = await with_a_job(connection(), ("execute_refund",), "refund_id")
    jobs = [
        Job(
            task="execute_refund",
            args={"refund_id": str(row["id"])},
            lock=f"payment:{row['payment']}",
        )
        for row in rows
        if str(row["id"]) not in seen_to
    ]
    await defer_jobs(connection(), jobs)


async def release_after_dispute(payment_id: int) -> None:
    """Order that the proposals go on which were held until no dispute of this payment is open.

    Whoever holds one meanwhile waits for the lock of the payment, which the caller has.
    """
    jobs = [
        Job(
            task="release_hold",
            args={"refund_id": str(row["id"])},
            lock=f"payment:{row['payment']}",
        )
        for row in await connection().fetch(_HELD, payment_id)
    ]
    await defer_jobs(connection(), jobs)
