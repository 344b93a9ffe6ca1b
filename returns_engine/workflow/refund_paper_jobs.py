"""The jobs that keep the papers of a refund true: its credit note, then the certificate."""

from uuid import UUID

from returns_engine.gateways.job_queue.jobs import Job
from returns_engine.rules.lifecycle.refund_states import RefundState

AFTER_THE_MONEY = -10
"""Money and mails go first: printing must not keep a refund that waits."""


def credit_note_job(refund_id: UUID) -> Job:
    """Return the job that gives a refund the credit note it lacks, then renews its certificate."""
    return Job(
        task="issue_credit_note", args={"refund_id": str(refund_id)}, priority=AFTER_THE_MONEY
    )


def paper_jobs(refund_id: UUID, before: RefundState, after: RefundState) -> list[Job]:
    """Return what a change of a refund asks for: whatever is told of money that was sent.

    Also where the state stays `succeeded`: then the trace number came.
    """
    sent = RefundState.SUCCEEDED in {before, after}
    return [credit_note_job(refund_id)] if sent else []


def certificate_jobs(return_number: str | None) -> list[Job]:
    """Return the job that prints a return's certificate; those of one return follow each other."""
    if return_number is None:
        return []
    lock = f"certificate:{return_number}"
    args = {"number": return_number}
    return [Job(task="issue_certificate", args=args, lock=lock, priority=AFTER_THE_MONEY)]
