"""Try a failed refund once more."""

from datetime import datetime
from typing import Any
from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.refund_states import RefundEvent, next_refund
from returns_engine.tables.engine import transaction
from returns_engine.workflow.pay_by_hand import is_by_hand, is_too_late
from returns_engine.workflow.refund_file import (
    RefundFile,
    load_refund,
    refuse_disputed,
    refuse_overdrawn,
    save_refund,
)
from returns_engine.workflow.refund_jobs import execution_job
from returns_engine.workflow.refusals import Conflict, Unprocessable
from returns_engine.workflow.return_case import save_case

DISPUTED = frozenset(
    {"charge_disputed", "refund_disputed_payment", "charge_for_pending_refund_disputed"}
)
"""What the provider calls a refund that failed because the customer's bank takes the money."""


async def retry_refund(
    refund_id: UUID, *, actor: Actor, now: datetime, expected_version: int | None = None
) -> None:
    """Try a failed refund once more, with a new generation of its key.

    Only after the provider said that it failed: the state machine has no other way into `failed`.
    Raises Conflict `paid_by_hand` where a person paid it and no provider is called,
    `refundable_until_passed` where its provider takes nothing back any more, and what
    `refuse_unpayable` does.
    """
    async with transaction():
        refund = await load_refund(refund_id, actor=actor, expected_version=expected_version)
        state = next_refund(refund.state, RefundEvent.RETRY)
        if is_by_hand(refund):
            detail = "A person paid this, and no provider is called for it: pay it otherwise."
            raise Conflict("paid_by_hand", detail)
        if is_too_late(refund, now):
            detail = "Its provider takes this payment back no more; pay the refund otherwise."
            raise Conflict("refundable_until_passed", detail)
        refuse_unpayable(refund)
        values = next_generation(refund)
        refund.move(state, kind="refund.retried", data={"generation": values["generation"]})
        await save_refund(refund, values, now=now)
        refund.case.jobs.append(execution_job(refund))
        await save_case(refund.case, actor=actor, now=now)


def next_generation(refund: RefundFile) -> dict[str, Any]:
    """Return what a refund begins anew with: a key of its own, and nothing of the try before."""
    generation = refund.row["generation"] + 1
    return {
        "generation": generation,
        "idempotency_key": f"refund:{refund.id}:{generation}",
        "parameters": None,
        "provider_refund_id": None,
        "provider_status": None,
        "first_sent_at": None,
        "last_error": None,
        "blocked_since": None,
        "trace_number": None,
        "reversal": False,
        "lost_seen": refund.payment["disputed_lost"],
    }


def refuse_unpayable(refund: RefundFile) -> None:
    """Refuse to let a refund go, again or after all, while its payment does not allow it.

    Raises Conflict `payment_disputed`, `payment_overdrawn` or `payment_mismatch`, and Unprocessable
    `exceeds_refundable`.
    """
    refuse_overdrawn(refund)
    refuse_disputed(refund)
    if refund.payment["mismatch"] is not None:
        detail = "The payment is not at the provider as our books have it; look at it first."
        raise Conflict("payment_mismatch", detail)
    if refund.left < refund.row["amount"]:
        raise Unprocessable("exceeds_refundable", "The payment has not enough left for this.")
