"""What nobody answered for: found by looking, every few minutes, harmless twice.

Whatever still has a job that waits or runs is left to that job, so that nothing piles up while the
provider or the printer is away.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from returns_engine.gateways.job_queue.jobs import Job, defer_jobs, with_a_job
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.execute_refund import may_be_sent
from returns_engine.workflow.review_return import label_job
from returns_engine.workflow.take_in_parcel import quarantine_label_job
from returns_engine.workflow.take_webhook import hearing_job

QUIET_FOR = timedelta(minutes=2)
MOST_AT_ONCE = 500
LONGEST_PAUSE = timedelta(hours=6)
"""How long a refund that its payment keeps from being sent goes without another look, at most."""

ASKED_AGAIN_FOR = timedelta(days=31)
"""How long a refund that succeeded is asked about again: it can still fail (payments.md 2.2)."""

_CLOSELY_FOR, _CLOSE, _SPARSE = timedelta(days=7), timedelta(days=1), timedelta(days=3)
SUCCEEDED_AT_ONCE = 200

_OPEN = """
SELECT id, state, payment, first_sent_at, last_error, manual_reason FROM refunds
WHERE state IN ('approved', 'submitting', 'unknown', 'pending', 'requires_action')
  AND COALESCE(checked_at, proposed_at) < $1
  AND (blocked_since IS NULL OR checked_at + LEAST(checked_at - blocked_since, $3) < $1)
  AND (manual_reason IS NULL OR manual_since IS NULL)
  AND payment IN (SELECT id FROM payments WHERE provider = 'stripe')
ORDER BY checked_at NULLS FIRST LIMIT $2
"""

# One refund stands for its payment: asked about, all refunds of that payment are heard.
_SUCCEEDED = """
SELECT min(r.id::text) AS id, r.payment FROM refunds r JOIN payments p ON p.id = r.payment
WHERE r.state = 'succeeded' AND p.provider = 'stripe'
  AND r.manual_reason IS DISTINCT FROM 'refundable_until_passed'
  AND r.succeeded_at > $1
  AND r.checked_at < CASE WHEN r.succeeded_at > $2
                          THEN $3::timestamptz ELSE $4::timestamptz END
GROUP BY r.payment ORDER BY min(r.checked_at) LIMIT $5
"""

_UNHEARD = """
SELECT id, COALESCE(payment_reference, object_id) AS about FROM webhook_inbox
WHERE handled_at IS NULL AND received_at < $1 ORDER BY id LIMIT $2
"""

_LABELS = """
SELECT number FROM returns WHERE permission = 'approved' AND goods_expected
  AND label_issued_at IS NULL AND state IN ('approved', 'in_transit') AND approved_at < $1
  AND EXISTS (SELECT FROM order_contacts c WHERE c."order" = returns."order")
ORDER BY id LIMIT $2
"""

_PARCELS = """
SELECT id FROM parcels WHERE label_pdf IS NULL AND quarantined_at < $1
ORDER BY quarantined_at LIMIT $2
"""

_SENT_AGAIN = frozenset({"approved", "submitting", "unknown"})


async def sweep_refunds(*, now: datetime) -> int:
    """Enqueue every open, quiet refund: to be sent again with its key, or asked about.

    Of one that a person is to pay the provider is asked too, until it has answered.
    """
    async with transaction():
        rows = await connection().fetch(_OPEN, now - QUIET_FOR, MOST_AT_ONCE, LONGEST_PAUSE)
        jobs = [
            Job(
                task=_task_of(row, now),
                args={"refund_id": str(row["id"])},
                lock=f"payment:{row['payment']}",
            )
            for row in rows
        ]
        tasks = ("execute_refund", "ask_about", "clear_payout")
        return await _defer_missing(jobs, "refund_id", tasks)


async def sweep_succeeded(*, now: datetime) -> int:
    """Enqueue questions about refunds that succeeded: daily for a week, then every three days.

    The first 31 days long; a succeeded refund may fail that late (payments.md 2.8, step 7).
    """
    async with transaction():
        rows = await connection().fetch(
            _SUCCEEDED,
            now - ASKED_AGAIN_FOR,
            now - _CLOSELY_FOR,
            now - _CLOSE,
            now - _SPARSE,
            SUCCEEDED_AT_ONCE,
        )
        jobs = [
            Job(
                task="ask_about",
                args={"refund_id": str(row["id"])},
                lock=f"payment:{row['payment']}",
            )
            for row in rows
        ]
        return await _defer_missing(jobs, "refund_id", ("ask_about",))


def _task_of(row: Mapping[str, Any], now: datetime) -> str:
    """Return what carries a refund on: its key again, as long as it may go out; else asking."""
    if row["manual_reason"] is not None:
        return "clear_payout"
    fresh = may_be_sent(row["first_sent_at"], row["last_error"], now)
    return "execute_refund" if row["state"] in _SENT_AGAIN and fresh else "ask_about"


async def sweep_inbox(*, now: datetime) -> int:
    """Enqueue every event of the inbox whose job was lost."""
    async with transaction():
        rows = await connection().fetch(_UNHEARD, now - QUIET_FOR, MOST_AT_ONCE)
        jobs = [hearing_job(row["id"], row["about"]) for row in rows]
        return await _defer_missing(jobs, "inbox_id", ("hear_provider",))


async def sweep_labels(*, now: datetime) -> int:
    """Enqueue every approved return that still has no label."""
    async with transaction():
        rows = await connection().fetch(_LABELS, now - QUIET_FOR, MOST_AT_ONCE)
        jobs = [label_job(row["number"]) for row in rows]
        return await _defer_missing(jobs, "number", ("issue_label",))


async def sweep_parcels(*, now: datetime) -> int:
    """Enqueue every parcel nobody announced that still has no quarantine label."""
    async with transaction():
        rows = await connection().fetch(_PARCELS, now - QUIET_FOR, MOST_AT_ONCE)
        jobs = [quarantine_label_job(row["id"]) for row in rows]
        return await _defer_missing(jobs, "parcel_id", ("print_quarantine_label",))


async def _defer_missing(jobs: list[Job], argument: str, tasks: tuple[str, ...]) -> int:
    """Enqueue those of `jobs` whose subject, named by `argument`, no job of `tasks` sees to."""
    seen_to = await with_a_job(connection(), tasks, argument)
    missing = [job for job in jobs if str(job.args[argument]) not in seen_to]
    await defer_jobs(connection(), missing)
    return len(missing)
