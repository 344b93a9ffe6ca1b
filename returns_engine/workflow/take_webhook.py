"""Take a provider's hint in: the inbox first, then a job that asks the provider itself."""

from datetime import datetime

from returns_engine.gateways.job_queue.jobs import Job, defer_jobs
from returns_engine.gateways.payments.webhook_events import WebhookEvent
from returns_engine.tables.engine import connection, transaction

_INSERT = """
INSERT INTO webhook_inbox (provider, event_id, type, object_id, payment_reference, received_at)
VALUES ('stripe', $1, $2, $3, $4, $5) ON CONFLICT (provider, event_id) DO NOTHING RETURNING id
"""


async def take_webhook(event: WebhookEvent, *, now: datetime) -> bool:
    """Keep an event once and enqueue its handling; return False where it was seen before."""
    async with transaction():
        inbox_id = await connection().fetchval(
            _INSERT, event.id, event.type, event.object_id, event.payment_reference, now
        )
        if inbox_id is None:
            return False
        await defer_jobs(
            connection(), [hearing_job(inbox_id, event.payment_reference or event.object_id)]
        )
        return True


def hearing_job(inbox_id: int, about: str | None) -> Job:
    """Return the job that handles an event; those about one payment run one after the other.

    Otherwise what was read first could be written down last.
    """
    lock = None if about is None else f"hear:{about}"
    return Job(task="hear_provider", args={"inbox_id": inbox_id}, lock=lock)
