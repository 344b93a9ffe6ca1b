"""The jobs that carry a refund on; those of one payment run one after the other."""

from returns_engine.gateways.job_queue.jobs import Job
from returns_engine.workflow.refund_file import RefundFile


def execution_job(refund: RefundFile, *, delay: int | None = None) -> Job:
    """Return the job that sends this refund; those of one payment run one after the other."""
    return Job(
        task="execute_refund", args={"refund_id": str(refund.id)}, lock=refund.lock, delay=delay
    )


def clearing_job(refund: RefundFile) -> Job:
    """Return the job that asks the provider whether a person may pay this refund."""
    return Job(task="clear_payout", args={"refund_id": str(refund.id)}, lock=refund.lock)


def asking_job(refund: RefundFile, *, delay: int | None = None) -> Job:
    """Return the job that asks what became of this refund."""
    return Job(task="ask_about", args={"refund_id": str(refund.id)}, lock=refund.lock, delay=delay)
