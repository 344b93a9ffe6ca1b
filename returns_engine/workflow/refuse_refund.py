"""Refuse a proposed refund, or call off one that can never be sent or that nobody has paid yet."""

from datetime import datetime
from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.refund_states import (
    RefundEvent,
    RefundState,
    next_refund,
)
from returns_engine.tables.engine import transaction
from returns_engine.workflow.count_settled import count_settled
from returns_engine.workflow.decide_compensation import lapse_compensations
from returns_engine.workflow.hold_cancellation import free_shipped
from returns_engine.workflow.pay_by_hand import is_to_clear, is_to_pay
from returns_engine.workflow.refund_file import RefundFile, load_refund, save_refund
from returns_engine.workflow.refusals import Conflict
from returns_engine.workflow.return_case import save_case

_MAY_LIVE = (
    "It was sent before, and the provider has not said what became of that: a try may have gone"
    " through after all. Until it answers, this can be neither paid nor called off."
)


async def refuse_refund(
    refund_id: UUID,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Refuse a refund, in words the customer reads: a proposed one, or call an approved one off.

    Called off is what its payment keeps from being sent, what failed and may not be paid again
    since the customer's bank took the money, and what waits for a person to pay it. Raises Conflict
    `provider_not_asked` for what was sent before and waits for the provider's word,
    TransitionNotAllowed for any other.
    """
    async with transaction():
        refund = await load_refund(refund_id, actor=actor, expected_version=expected_version)
        off = is_stuck(refund) or is_to_pay(refund)
        if is_to_clear(refund) and not off:
            raise Conflict("provider_not_asked", _MAY_LIVE)
        state = next_refund(refund.state, RefundEvent.CANCEL if off else RefundEvent.REFUSE)
        refund.move(state, kind=f"refund.{state}", reason=str(state), text=reason)
        # Who approved what is called off stays on it.
        decided = (
            {"called_off_by": actor.person}
            if off
            else {"decided_at": now, "decided_by": actor.person}
        )
        values = {"note": reason, "blocked_since": None, **decided}
        await save_refund(refund, values, now=now)
        await free_shipped(refund.case)
        # What another payment gave back already may have waited for this one alone.
        await count_settled(refund.case)
        await lapse_compensations(refund.case, now=now)
        _tell(refund, reason, now=now, was_approved=off)
        await save_case(refund.case, actor=actor, now=now)


def is_stuck(refund: RefundFile) -> bool:
    """Say whether nothing of a refund lives at the provider, and its payment lets nothing go.

    Also what waits for the provider's word though nothing of it was ever sent: whatever the
    provider would say, no try of it can live (payments.md 2.8, step 3). A refund that lives there
    after all is booked as made outside once it shows.
    """
    if refund.state is RefundState.FAILED:
        return _is_wrong(refund)
    if refund.state is not RefundState.APPROVED or refund.row["first_sent_at"] is not None:
        return False
    if is_to_clear(refund) and never_tried(refund):
        return True
    # Of what was sent before, only an answer of the provider since then sets `blocked_since`.
    return refund.row["blocked_since"] is not None


def never_tried(refund: RefundFile) -> bool:
    """Say whether nothing of a refund was ever sent: a further generation follows a try."""
    first: bool = refund.row["generation"] == 1
    return first and refund.row["first_sent_at"] is None


def _is_wrong(refund: RefundFile) -> bool:
    wrong = refund.payment["mismatch"] is not None or refund.payment["disputed"] > 0
    return wrong or refund.room < refund.row["amount"]


def _tell(refund: RefundFile, reason: str, *, now: datetime, was_approved: bool) -> None:
    # The customer may appeal against either.
    if was_approved:
        amount = {"amount": refund.row["amount"], "currency": refund.row["currency"]}
        refund.case.tell("refund_called_off", {"reason": reason, **amount}, now)
    else:
        refund.case.tell("refund_refused", {"reason": reason}, now)
