"""Try a failed refund once more."""

from datetime import datetime
from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.refund_states import RefundEvent, next_refund
from returns_engine.tables.engine import transaction
from returns_engine.workflow.refund_file import load_refund, save_refund
from returns_engine.workflow.refund_jobs import execution_job
from returns_engine.workflow.refusals import Unprocessable
from returns_engine.workflow.return_case import save_case


async def retry_refund(
    refund_id: UUID, *, actor: Actor, now: datetime, expected_version: int | None = None
) -> None:
    """Try a failed refund once more, with a new generation of its key.

    Only after the provider said that it failed: the state machine has no other way into `failed`.
    """
    async with transaction():
        refund = await load_refund(refund_id, actor=actor, expected_version=expected_version)
        state = next_refund(refund.state, RefundEvent.RETRY)
        if refund.left < refund.row["amount"]:
            raise Unprocessable("exceeds_refundable", "The payment has not enough left for this.")
        generation = refund.row["generation"] + 1
        refund.move(state, kind="refund.retried", data={"generation": generation})
        values = {
            "generation": generation,
            "idempotency_key": f"refund:{refund.id}:{generation}",
            "parameters": None,
            "provider_refund_id": None,
            "provider_status": None,
            "first_sent_at": None,
            "last_error": None,
        }
        await save_refund(refund, values, now=now)
        refund.case.jobs.append(execution_job(refund))
        await save_case(refund.case, actor=actor, now=now)
