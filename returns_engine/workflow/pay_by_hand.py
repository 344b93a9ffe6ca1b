"""Refunds that no provider is called for: somebody pays them, and records the reference."""

from datetime import datetime

from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.way_back import EXTERNAL, ManualReason, too_late_for_provider
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refund_file import RefundFile, save_refund
from returns_engine.workflow.refusals import Conflict, Unprocessable, refuse_field
from returns_engine.workflow.return_case import save_case


def is_by_hand(refund: RefundFile) -> bool:
    """Say whether this refund waits for a person to pay it, and is never sent (B-23)."""
    external = refund.payment["provider"] == EXTERNAL
    return external or refund.row["manual_reason"] is not None


def is_too_late(refund: RefundFile, now: datetime) -> bool:
    """Say whether its provider takes nothing back any more."""
    return too_late_for_provider(
        provider=refund.payment["provider"],
        refundable_until=refund.payment["refundable_until"],
        now=now,
    )


async def give_by_hand_if_late(refund: RefundFile, *, now: datetime) -> bool:
    """Say whether an approved refund is paid by hand, which it becomes once it is too late.

    Nothing was sent before, so that nothing of it can live at the provider. The caller saves the
    case.
    """
    if not is_by_hand(refund) and is_too_late(refund, now):
        await hand_over(refund, ManualReason.REFUNDABLE_UNTIL_PASSED, now=now)
    return is_by_hand(refund)


async def never_sent(refund: RefundFile, *, now: datetime) -> bool:
    """Say whether the worker leaves a refund to a person; notes it where that is new."""
    known = is_by_hand(refund)
    if refund.state is not RefundState.APPROVED or known:
        return known
    by_hand = await give_by_hand_if_late(refund, now=now)
    if by_hand:
        await save_case(refund.case, actor=SYSTEM, now=now)
    return by_hand


async def hand_over(refund: RefundFile, reason: ManualReason, *, now: datetime) -> None:
    """Let a person pay a refund of which nothing lives at the provider, and tell the customer."""
    event = NewEvent(
        type="refund.to_pay_by_hand",
        reason=str(reason),
        data={
            "refund_id": str(refund.id),
            "amount": refund.row["amount"],
            "currency": refund.row["currency"],
        },
    )
    refund.case.record(event)
    values = {"manual_reason": str(reason), "manual_since": now, "blocked_since": None}
    await save_refund(refund, values, now=now)
    context = {
        "amount": refund.row["amount"],
        "currency": refund.row["currency"],
        "why": str(reason),
    }
    refund.case.tell("refund_by_hand", context, now)


def require_by_hand(refund: RefundFile, pointer: str, *, now: datetime) -> None:
    """Refuse a reference for what its provider pays; raises Unprocessable `not_external`."""
    if not is_by_hand(refund) and not is_too_late(refund, now):
        detail = "This payment is refunded by its provider; there is nothing to record."
        raise refuse_field("not_external", detail, pointer)


def require_payable(refund: RefundFile) -> None:
    """Refuse to record what must not be paid by hand yet, or not any more.

    Raises Conflict `provider_not_asked` as long as an earlier try may live, and Unprocessable
    `exceeds_refundable` where a dispute has taken the money meanwhile.
    """
    if refund.row["manual_reason"] is None:
        return
    if refund.row["manual_since"] is None:
        raise Conflict(
            "provider_not_asked",
            "We still ask the provider whether the earlier try went through after all; pay nothing"
            " until it has answered.",
        )
    if refund.left < refund.row["amount"]:
        raise Unprocessable(
            "exceeds_refundable",
            f"Only {refund.left} is left of this payment, which a dispute or another refund has"
            " taken; do not pay it a second time.",
        )
