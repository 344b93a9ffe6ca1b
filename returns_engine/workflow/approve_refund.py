"""Approve a refund: the amount that finance decides on, and the order to pay it."""

from datetime import datetime
from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.refund_states import RefundEvent, next_refund
from returns_engine.rules.money.money import decimal_text, floor_to, quantum
from returns_engine.rules.policy import Policy
from returns_engine.rules.way_back import ManualReason
from returns_engine.tables.engine import transaction
from returns_engine.workflow.confirm_approval import Decided, limit_in_effect
from returns_engine.workflow.hold_refund import refuse_held
from returns_engine.workflow.pay_by_hand import (
    is_by_hand,
    is_too_late,
    require_by_hand,
    take_from_provider,
)
from returns_engine.workflow.record_refund import record_loaded
from returns_engine.workflow.refund_file import (
    RefundFile,
    load_refund,
    refuse_disputed,
    refuse_overdrawn,
    save_refund,
)
from returns_engine.workflow.refund_jobs import execution_job
from returns_engine.workflow.refusals import refuse_field
from returns_engine.workflow.repeated_reference import refuse_repeated_reference
from returns_engine.workflow.require_unshipped import refuse_shipped
from returns_engine.workflow.return_case import save_case


async def approve_refund(
    refund_id: UUID,
    *,
    amount: int,
    note: str | None,
    clause: str | None,
    external_reference: str | None,
    for_several: bool = False,
    policy: Policy,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Approve a refund and, in the same transaction, order its execution.

    Above what one person approves alone it is kept until another confirms the same amount: the
    refund stays proposed. Raises SamePerson, AboveLimit, TransitionNotAllowed where it was decided
    already, Conflict `on_hold`, `shipped_meanwhile` where units of a cancellation are in a parcel,
    `payment_overdrawn` where the payment is below zero, or `payment_disputed` while a dispute of it
    is open: less would go back than is owed once it is won. And Unprocessable `amount_too_small`,
    `amount_not_payable`, `exceeds_refundable`, `clause_required`, `not_external`,
    `second_approval_first`, `reference_repeated` unless `for_several`. An external payment is never
    called: it waits for its reference, or takes it at once. What its provider takes back no more
    waits too, until the provider was asked about the payment.
    """
    async with transaction():
        refund = await load_refund(
            refund_id, actor=actor, expected_version=expected_version, with_order=True
        )
        next_refund(refund.state, RefundEvent.APPROVE)
        refuse_held(refund)
        await refuse_shipped(refund.case)
        refuse_overdrawn(refund)
        decided = Decided(amount=amount, note=note, clause=clause).with_what_the_first_said(refund)
        _refuse_amount(refund, amount, now)
        _refuse_broken_steps(refund, amount, now)
        _refuse_unexplained(refund, decided, policy)
        refuse_disputed(refund)
        if external_reference is not None:
            require_by_hand(refund, "/external_reference")
            if not for_several:
                await refuse_repeated_reference(refund, external_reference)
        limit = await limit_in_effect(refund, decided, policy=policy, actor=actor, now=now)
        if limit is not None:
            await _approve(refund, decided, limit, actor=actor, now=now)
            await _pay(refund, external_reference, policy=policy, actor=actor, now=now)
        elif external_reference is not None:
            raise refuse_field("second_approval_first", _PAID_TOO_EARLY, "/external_reference")
        await save_case(refund.case, actor=actor, now=now)


_PAID_TOO_EARLY = (
    "Another person must confirm this first; its reference is recorded once it is approved."
)


async def _approve(
    refund: RefundFile, decided: Decided, limit: int, *, actor: Actor, now: datetime
) -> None:
    data: dict[str, object] = {"amount": decided.amount, "proposed": refund.row["proposed"]}
    if decided.clause is not None:
        data["clause"] = decided.clause
    state = next_refund(refund.state, RefundEvent.APPROVE)
    refund.move(state, kind="refund.approved", data=data, text=decided.note)
    values = {
        "amount": decided.amount,
        "note": decided.note,
        "clause": decided.clause,
        "decided_at": now,
        "decided_by": actor.person,
        "approval_limit": limit,
        "inspectors": refund.row["inspectors"],
        "lost_seen": refund.payment["disputed_lost"],
    }
    await save_refund(refund, values, now=now)


def _refuse_amount(refund: RefundFile, amount: int, now: datetime) -> None:
    if amount < 1:
        currency = refund.row["currency"]
        least = decimal_text(_step(refund, now), currency)
        detail = f"At least {least} {currency} goes back; to give nothing, refuse the refund."
        raise refuse_field("amount_too_small", detail, "/amount")
    if amount > refund.maximum:
        currency = refund.row["currency"]
        most = decimal_text(refund.maximum, currency)
        detail = f"At most {most} {currency} can go back to this payment."
        if refund.payment["disputed"]:
            detail += " The customer's bank disputes it, so the money may go back that way."
        raise refuse_field("exceeds_refundable", detail, "/amount")


def _refuse_broken_steps(refund: RefundFile, amount: int, now: datetime) -> None:
    """Refuse an amount that the provider cannot move: it counts in steps (payments.md 2.4)."""
    currency, step = refund.row["currency"], _step(refund, now)
    if amount % step:
        steps, below = decimal_text(step, currency), floor_to(amount, step)
        near = " or ".join(decimal_text(one, currency) for one in (below, below + step) if one)
        detail = f"The provider moves {currency} in steps of {steps}: give {near}."
        raise refuse_field("amount_not_payable", detail, "/amount")


def _step(refund: RefundFile, now: datetime) -> int:
    """Return the smallest amount that can go back, in minor units: a person may pay any."""
    by_hand = is_by_hand(refund) or is_too_late(refund, now)
    return 1 if by_hand else quantum(refund.row["currency"])


def _refuse_unexplained(refund: RefundFile, decided: Decided, policy: Policy) -> None:
    """Refuse less than was proposed without a note and the clause it rests on."""
    clause, note = decided.clause, decided.note
    if clause is not None and clause not in policy.clauses:
        raise refuse_field("clause_required", f"The policy has no clause {clause}.", "/clause")
    if decided.amount == refund.row["proposed"]:
        return
    if clause is None:
        detail = "Less than proposed needs the clause of the policy it rests on."
        raise refuse_field("clause_required", detail, "/clause")
    if not note or not note.strip():
        detail = "Less than proposed needs a note that the customer reads, beside its clause."
        raise refuse_field("clause_required", detail, "/note")


async def _pay(
    refund: RefundFile,
    external_reference: str | None,
    *,
    policy: Policy,
    actor: Actor,
    now: datetime,
) -> None:
    if not is_by_hand(refund):
        if is_too_late(refund, now):
            reason = ManualReason.REFUNDABLE_UNTIL_PASSED
            await take_from_provider(refund, reason, {}, now=now)
        else:
            refund.case.jobs.append(execution_job(refund))
    elif external_reference is not None:
        await record_loaded(refund, external_reference, policy=policy, actor=actor, now=now)
