"""Refunds that no provider is called for: somebody pays them, and records the reference."""

from datetime import datetime
from typing import Any

import structlog

from returns_engine.queries.moments import utc_text
from returns_engine.rules.actor import SYSTEM, Actor
from returns_engine.rules.approval import needs_second
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.policy import Policy
from returns_engine.rules.way_back import EXTERNAL, ManualReason, too_late_for_provider
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refund_file import RefundFile, refuse_disputed, save_refund
from returns_engine.workflow.refund_jobs import clearing_job
from returns_engine.workflow.refusals import (
    Conflict,
    SamePerson,
    Unprocessable,
    refuse_field,
)
from returns_engine.workflow.return_case import save_case

log = structlog.get_logger()


def is_by_hand(refund: RefundFile) -> bool:
    """Say whether this refund waits for a person to pay it, and is never sent (B-23)."""
    external = refund.payment["provider"] == EXTERNAL
    return external or refund.row["manual_reason"] is not None


def is_to_clear(refund: RefundFile) -> bool:
    """Say whether the provider is asked about it before a person may pay it."""
    asked = refund.row["manual_reason"] is not None and refund.row["manual_since"] is None
    return asked and refund.state is RefundState.APPROVED


def is_to_pay(refund: RefundFile) -> bool:
    """Say whether it waits for a person to pay it, who may: of what was sent, no try lives."""
    handed_over = refund.row["manual_since"] is not None
    external = refund.payment["provider"] == EXTERNAL
    return refund.state is RefundState.APPROVED and (external or handed_over)


def is_too_late(refund: RefundFile, now: datetime) -> bool:
    """Say whether its provider takes nothing back any more."""
    return too_late_for_provider(
        provider=refund.payment["provider"],
        refundable_until=refund.payment["refundable_until"],
        now=now,
    )


async def never_sent(refund: RefundFile, *, now: datetime) -> bool:
    """Say whether the worker leaves a refund to a person; notes it where that is new."""
    known = is_by_hand(refund)
    if refund.state is not RefundState.APPROVED or known or not is_too_late(refund, now):
        return known
    await take_from_provider(refund, ManualReason.REFUNDABLE_UNTIL_PASSED, {}, now=now)
    await save_case(refund.case, actor=SYSTEM, now=now)
    return True


async def take_from_provider(
    refund: RefundFile, reason: ManualReason, values: dict[str, Any], *, now: datetime
) -> None:
    """Let an approved refund never be sent (again), and order the question that comes first.

    Before a person may pay it, the provider is asked: whether the payment is what our books have,
    what has left it meanwhile, and whether a try of this refund lives. The caller saves the case.
    """
    about = {"manual_reason": str(reason), "manual_since": None}
    await save_refund(refund, {**values, **about}, now=now)
    refund.case.jobs.append(clearing_job(refund))


async def hand_over(refund: RefundFile, *, now: datetime) -> None:
    """Let a person pay a refund that the provider was asked about, and tell the customer."""
    reason: str = refund.row["manual_reason"]
    event = NewEvent(
        type="refund.to_pay_by_hand",
        reason=reason,
        data={
            "refund_id": str(refund.id),
            "amount": refund.row["amount"],
            "currency": refund.row["currency"],
        },
    )
    refund.case.record(event)
    await save_refund(refund, {"manual_since": now, "blocked_since": None}, now=now)
    context = {
        "amount": refund.row["amount"],
        "currency": refund.row["currency"],
        "why": reason,
    }
    refund.case.tell("refund_by_hand", context, now)


def no_longer_by_hand(refund: RefundFile, provider_refund_id: str) -> dict[str, Any]:
    """Return what changes where the provider carried out after all what a person was to pay.

    Never silently: the money may have been paid by hand already and not been recorded yet.
    """
    reason, since = refund.row["manual_reason"], refund.row["manual_since"]
    if reason is None:
        return {}
    log.error(
        "refund_went_after_all",
        refund=str(refund.id),
        provider_refund=provider_refund_id,
        may_be_paid_by_hand=since is not None,
    )
    data: dict[str, object] = {
        "refund_id": str(refund.id),
        "provider_refund_id": provider_refund_id,
        "amount": refund.row["amount"],
        "currency": refund.row["currency"],
    }
    if since is not None:
        data["to_pay_by_hand_since"] = utc_text(since)
    refund.case.record(NewEvent(type="refund.went_after_all", reason=reason, data=data))
    return {"manual_reason": None, "manual_since": None}


def require_other_payer(refund: RefundFile, *, policy: Policy, actor: Actor) -> None:
    """Refuse that who chose to pay otherwise what took two also records it; raises SamePerson.

    They say where the money goes, which the approval of two people said before.
    """
    chose = refund.row["otherwise_by"]
    if chose is None or not takes_two(refund, policy):
        return
    if actor.person is None:
        raise SamePerson("Only a person records the payment of what takes two.")
    if actor.person == chose:
        raise SamePerson(
            "You chose to pay this otherwise; another person must see that it was paid, and record"
            " it."
        )


def takes_two(refund: RefundFile, policy: Policy) -> bool:
    """Say whether what was approved is more than one person decides on alone."""
    row = refund.row
    return row["needs_second"] or needs_second(row["amount"], row["currency"], policy.approval)


def require_by_hand(refund: RefundFile, pointer: str) -> None:
    """Refuse a reference for what its provider pays; raises Unprocessable `not_external`."""
    if not is_by_hand(refund):
        detail = "This payment is refunded by its provider; there is nothing to record."
        raise refuse_field("not_external", detail, pointer)


def require_payable(refund: RefundFile) -> None:
    """Refuse to record what must not be paid by hand yet, or not any more.

    Raises Conflict `provider_not_asked` until the provider has answered, `payment_disputed` while a
    dispute of the payment is open, and Unprocessable `exceeds_refundable` where one has taken the
    money meanwhile.
    """
    if refund.row["manual_reason"] is None:
        return
    if refund.row["manual_since"] is None:
        raise Conflict(
            "provider_not_asked",
            "We still ask the provider about this payment and what was tried before; pay nothing"
            " until it has answered.",
        )
    refuse_disputed(refund)
    if refund.left < refund.row["amount"]:
        raise Unprocessable(
            "exceeds_refundable",
            f"Only {refund.left} is left of this payment, which a dispute or another refund has"
            " taken; do not pay it a second time.",
        )
