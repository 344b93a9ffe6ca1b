"""Give a refund its credit note, or reverse it: numbered without gaps, whatever breaks.

The numbers are given out here and nowhere else, in a short transaction of its own under the lock of
one row. Paying never waits for a number: the job is enqueued in the transaction in which a refund
succeeds, fails after all, or succeeds again, and the sweep finds what was missed. Rolled back, the
number was never given; committed, it is never changed.

A note says that money went back. A refund that fails later keeps its note, and the next number of
the same series reverses it; paid again, it gets another. So the notes of a refund always add up to
what its customer has, and those of a year to what left the shop for good.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from returns_engine.gateways.clock import Clock
from returns_engine.gateways.job_queue.jobs import defer_jobs
from returns_engine.rules.credit_note_number import Counted, next_number
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.refund_paper_jobs import certificate_jobs

_FIRST_EVER = "INSERT INTO credit_note_counter (series) VALUES ('CN') ON CONFLICT DO NOTHING"
_LAST = "SELECT year, place FROM credit_note_counter WHERE series = 'CN' FOR UPDATE"
_REFUND = """
SELECT f.id, f.state, f.amount, f.currency, f.sent_on, r.number AS return_number
FROM refunds f LEFT JOIN returns r ON r.id = f.return_id WHERE f.id = $1
"""
_NOTE = """
SELECT id, turn, amount, reverses, sent_on FROM credit_notes WHERE refund = $1
ORDER BY turn DESC LIMIT 1
"""
_WRITE = """
INSERT INTO credit_notes (refund, turn, year, place, number, reverses, amount, currency, sent_on,
                          issued_on, issued_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
_COUNT = "UPDATE credit_note_counter SET year = $1, place = $2 WHERE series = 'CN'"


async def issue_credit_note(refund_id: UUID, *, policy: Policy, clock: Clock) -> None:
    """Write the note that a refund lacks, and order its certificate; harmless twice.

    The year, and the day of issue, are those of the moment of writing in the policy's zone.
    """
    async with transaction():
        last = await _locked_counter()
        # Whoever changed the refund before we had the lock is seen here; whoever changes it later
        # has enqueued this job again.
        refund = await connection().fetchrow(_REFUND, refund_id)
        if refund is None:
            return
        note = await connection().fetchrow(_NOTE, refund_id)
        stands = note is not None and note["reverses"] is None
        paid = refund["state"] == RefundState.SUCCEEDED
        if paid is not stands:
            await _write(dict(refund), dict(note) if note else None, last, policy, clock())
        if note is not None or paid:
            await defer_jobs(connection(), certificate_jobs(refund["return_number"]))


async def _locked_counter() -> Counted:
    """Lock the counter until this transaction ends, and return what was given out last."""
    await connection().execute(_FIRST_EVER)
    row = await connection().fetchrow(_LAST)
    if row is None:
        raise LookupError("The counter of credit notes has no row.")
    return Counted(year=row["year"], place=row["place"])


async def _write(
    refund: dict[str, Any],
    before: dict[str, Any] | None,
    last: Counted,
    policy: Policy,
    now: datetime,
) -> None:
    day = now.astimezone(policy.zone).date()
    counted = next_number(last, day.year)
    reversing = before is not None and before["reverses"] is None
    await connection().execute(
        _WRITE,
        refund["id"],
        before["turn"] + 1 if before else 1,
        counted.year,
        counted.place,
        counted.number,
        before["id"] if before and reversing else None,
        -before["amount"] if before and reversing else refund["amount"],
        refund["currency"],
        before["sent_on"] if before and reversing else refund["sent_on"],
        day,
        now,
    )
    await connection().execute(_COUNT, counted.year, counted.place)
