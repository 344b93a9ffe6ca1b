"""Payments that are looked at again though none of our refunds is open: what else may move there.

A dispute ends, a refund made in the dashboard fails, a sum comes right again: webhooks tell, and
webhooks get lost.
"""

from datetime import datetime, timedelta

from returns_engine.gateways.clock import Clock
from returns_engine.gateways.job_queue.jobs import Job, defer_jobs, with_a_job
from returns_engine.gateways.payments.gateway import PaymentGateway
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import connection, the_engine, transaction
from returns_engine.workflow.hear_payment import hear_payment

LOOKED_AT_EVERY = timedelta(days=1)
OUTSIDE_FOLLOWED_FOR = timedelta(days=31)
"""How long a refund made outside is asked about after it was sent, as our own are."""

MOST_AT_ONCE = 200

# Each way in by an index of its own: there are few of these, whatever else there is.
_WATCHED = """
SELECT p.id FROM payments p
WHERE p.provider = 'stripe' AND COALESCE(p.checked_at, '-infinity') < $1
  AND p.id IN (
      SELECT id FROM payments WHERE mismatch IS NOT NULL OR difference <> 0 OR disputed > 0
      UNION SELECT payment FROM outside_refunds WHERE status IN ('pending', 'requires_action')
      UNION SELECT payment FROM outside_refunds WHERE status = 'succeeded' AND created_at > $2)
ORDER BY p.checked_at NULLS FIRST LIMIT $3
"""
_STAMP = "UPDATE payments SET checked_at = $1 WHERE id = $2"


async def sweep_payments(*, now: datetime) -> int:
    """Enqueue a daily look at every payment that is disputed, wrong, or refunded outside."""
    async with transaction():
        rows = await connection().fetch(
            _WATCHED, now - LOOKED_AT_EVERY, now - OUTSIDE_FOLLOWED_FOR, MOST_AT_ONCE
        )
        seen_to = await with_a_job(connection(), ("look_at_payment",), "payment_id")
        jobs = [
            Job(
                task="look_at_payment",
                args={"payment_id": row["id"]},
                lock=f"payment:{row['id']}",
            )
            for row in rows
            if str(row["id"]) not in seen_to
        ]
        await defer_jobs(connection(), jobs)
        return len(jobs)


async def look_at_payment(
    payment_id: int, *, payments: PaymentGateway, policy: Policy, clock: Clock
) -> None:
    """Hear all that the provider has to say of one payment, by its row id."""
    row = await the_engine().fetch_row("SELECT reference FROM payments WHERE id = $1", payment_id)
    if row is None:
        return
    await hear_payment(row["reference"], payments, policy=policy, now=clock())
    # Whatever was heard, it was asked: the sweep goes on to others.
    await the_engine().fetch_rows(_STAMP, clock(), payment_id)
