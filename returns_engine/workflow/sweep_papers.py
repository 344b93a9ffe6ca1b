"""Papers of refunds that nobody made: found by looking, every few minutes, harmless twice."""

from datetime import datetime, timedelta

from returns_engine.gateways.job_queue.jobs import defer_jobs, with_a_job
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.refund_paper_jobs import certificate_jobs, credit_note_job
from returns_engine.workflow.sweep import MOST_AT_ONCE, QUIET_FOR

LOOKS_BACK = timedelta(days=40)
"""How long ago a refund may have succeeded and still be found here."""

# In the order in which they succeeded; then those whose money came back though the note stands.
_WITHOUT_THEIR_NOTE = """
(SELECT f.id FROM refunds f
 WHERE f.state = 'succeeded' AND f.succeeded_at BETWEEN $1 AND $2
   AND NOT EXISTS (SELECT FROM credit_notes n WHERE n.refund = f.id AND n.reverses IS NULL
                   AND NOT EXISTS (SELECT FROM credit_notes r WHERE r.reverses = n.id))
 ORDER BY f.succeeded_at LIMIT $3)
UNION ALL
(SELECT f.id FROM refunds f JOIN credit_notes n ON n.refund = f.id AND n.reverses IS NULL
 WHERE f.state <> 'succeeded' AND f.checked_at < $2
   AND NOT EXISTS (SELECT FROM credit_notes r WHERE r.reverses = n.id)
 ORDER BY f.checked_at LIMIT $3)
"""

# A note that is newer than the paper; nothing is printed for who was erased.
_OUT_OF_DATE = """
SELECT DISTINCT r.number FROM credit_notes n
JOIN refunds f ON f.id = n.refund JOIN returns r ON r.id = f.return_id
JOIN order_contacts o ON o."order" = r."order"
LEFT JOIN certificates c ON c.return_id = r.id
LEFT JOIN certificate_documents d ON d.certificate = c.id
WHERE n.issued_at BETWEEN $1 AND $2 AND (d.id IS NULL OR d.printed_at < n.issued_at) LIMIT $3
"""


async def sweep_credit_notes(*, now: datetime) -> int:
    """Enqueue every refund whose notes do not add up to what it paid."""
    async with transaction():
        rows = await connection().fetch(
            _WITHOUT_THEIR_NOTE, now - LOOKS_BACK, now - QUIET_FOR, MOST_AT_ONCE
        )
        seen_to = await with_a_job(connection(), ("issue_credit_note",), "refund_id")
        missing = [credit_note_job(row["id"]) for row in rows if str(row["id"]) not in seen_to]
        await defer_jobs(connection(), missing)
        return len(missing)


async def sweep_certificates(*, now: datetime) -> int:
    """Enqueue every certificate that is missing, or older than what it certifies."""
    async with transaction():
        rows = await connection().fetch(
            _OUT_OF_DATE, now - LOOKS_BACK, now - QUIET_FOR, MOST_AT_ONCE
        )
        seen_to = await with_a_job(connection(), ("issue_certificate",), "number")
        missing = [
            job
            for row in rows
            if row["number"] not in seen_to
            for job in certificate_jobs(row["number"])
        ]
        await defer_jobs(connection(), missing)
        return len(missing)
