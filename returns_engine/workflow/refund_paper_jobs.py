"""The jobs that keep the papers of a refund true."""

from uuid import UUID

from returns_engine.gateways.job_queue.jobs import Job
from returns_engine.rules.lifecycle.refund_states import RefundState


def credit_note_job(refund_id: UUID) -> Job:
    """Return the job that gives a refund the credit note it lacks."""
    return Job(task="issue_credit_note", args={"refund_id": str(refund_id)})


def paper_jobs(refund_id: UUID, before: RefundState, after: RefundState) -> list[Job]:
    """Return what a change of a refund asks for: whatever is told of money that was sent.

    Also where the state stays `succeeded`: then the trace number came.
    """
    sent = RefundState.SUCCEEDED in {before, after}
    return [credit_note_job(refund_id)] if sent else []
