"""Finance decides on what goes beyond the caps; what is decided is given, and the customer told."""

from datetime import datetime
from uuid import UUID

from returns_engine.rules.actor import SYSTEM, Actor
from returns_engine.rules.lifecycle.compensation_states import (
    CompensationEvent,
    CompensationState,
    next_compensation,
)
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.lifecycle.replacement_states import ReplacementState
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import CompensationKind
from returns_engine.tables.engine import transaction
from returns_engine.workflow.compensation_file import (
    CompensationFile,
    decided,
    load_compensation,
    of_the_return,
    require_another,
)
from returns_engine.workflow.confirm_beyond_paid import limit_of_extra_in_effect
from returns_engine.workflow.post_ledger import post_compensation
from returns_engine.workflow.refusals import refuse_field
from returns_engine.workflow.return_case import ReturnCase, save_case
from returns_engine.workflow.suggest_compensation import told

LONGEST_REFERENCE = 255


async def approve_compensation(
    compensation_id: UUID,
    *,
    policy: Policy,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Approve what was above the caps; raises NotFound, SamePerson, TransitionNotAllowed.

    Where it takes what is given for the order above what was paid, another person must approve it
    too; AboveLimit where the role may not. The customer reads of it at once, or with the refund
    while that is not decided yet.
    """
    async with transaction():
        await require_another(compensation_id, actor=actor)
        file = await load_compensation(compensation_id, expected_version=expected_version)
        next_compensation(CompensationState(file.row["state"]), CompensationEvent.APPROVE)
        limit = await limit_of_extra_in_effect(file, policy=policy, actor=actor, now=now)
        if limit is not None:
            values = {**decided(file, actor, now), "approval_limit": limit}
            await file.move(CompensationEvent.APPROVE, values)
            if RefundState.PROPOSED not in file.case.refunds.values():
                file.case.tell("compensation_approved", told(file.row), now)
        await save_case(file.case, actor=actor, now=now)


async def refuse_compensation(
    compensation_id: UUID,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Refuse what was above the caps; the customer never heard of it. Raises as approving does."""
    async with transaction():
        await require_another(compensation_id, actor=actor)
        file = await load_compensation(compensation_id, expected_version=expected_version)
        values = decided(file, actor, now)
        await file.move(CompensationEvent.REFUSE, values, reason="refused", text=reason)
        await save_case(file.case, actor=actor, now=now)


async def give_compensation(
    compensation_id: UUID,
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Record the coupon's code, or how the gift was sent, and mail it to the customer.

    Raises NotFound, TransitionNotAllowed, and Unprocessable `reference_missing` or `too_long`.
    """
    known = _fit(reference)
    async with transaction():
        file = await load_compensation(compensation_id, expected_version=expected_version)
        await _give(file, known, now)
        await save_case(file.case, actor=actor, now=now)


async def give_with_replacement(
    case: ReturnCase, return_line: int, *, reference: str, now: datetime
) -> None:
    """Count the gift of a line as given: it goes with the replacement that is sent now.

    Call it in the transaction that ships the replacement, before the case is saved; does nothing
    where there is no gift, or where it is not approved or was given before.
    """
    approved = CompensationState.APPROVED
    for file in await of_the_return(case, approved, return_line=return_line):
        if file.row["kind"] == CompensationKind.GIFT:
            await _give(file, _fit(reference), now)


async def lapse_compensations(case: ReturnCase, *, now: datetime) -> None:
    """Take back what was on top of money that was refused, where nothing else was given.

    Call it in the transaction that refuses a refund, before the case is saved.
    """
    gone = {RefundState.REFUSED, RefundState.CANCELED}
    again = set(case.replacements.values()) - {ReplacementState.CANCELLED}
    if again or set(case.refunds.values()) - gone:
        return
    open_ones = (CompensationState.PROPOSED, CompensationState.APPROVED)
    for file in await of_the_return(case, *open_ones):
        values = decided(file, SYSTEM, now)
        await file.move(CompensationEvent.LAPSE, values, reason="refund_refused")


async def _give(file: CompensationFile, reference: str, now: datetime) -> None:
    await file.move(CompensationEvent.GIVE, {"given_at": now, "reference": reference})
    await post_compensation(file.row, return_number=file.case.number, now=now)
    file.case.tell("compensation_given", told(file.row), now)


def _fit(reference: str) -> str:
    known = reference.strip()
    if not known:
        detail = "Give the coupon's code, or say how the gift was sent: the customer reads it."
        raise refuse_field("reference_missing", detail, "/reference")
    if len(known) > LONGEST_REFERENCE:
        detail = f"A reference has at most {LONGEST_REFERENCE} characters."
        raise refuse_field("too_long", detail, "/reference")
    return known
