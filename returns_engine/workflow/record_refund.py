"""Record what was paid outside: to a payment that no provider of ours is called for."""

from datetime import datetime
from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.refund_states import RefundEvent, next_refund
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import transaction
from returns_engine.workflow.count_settled import count_settled
from returns_engine.workflow.pay_by_hand import (
    require_by_hand,
    require_other_payer,
    require_payable,
)
from returns_engine.workflow.refund_dates import success_values
from returns_engine.workflow.refund_file import RefundFile, load_refund, save_refund
from returns_engine.workflow.refund_paper_jobs import credit_note_job
from returns_engine.workflow.repeated_reference import refuse_repeated_reference
from returns_engine.workflow.return_case import save_case
from returns_engine.workflow.settle_refund import tell_sent


async def record_refund(
    refund_id: UUID,
    *,
    external_reference: str,
    for_several: bool = False,
    policy: Policy,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Record where an approved refund was paid by hand (B-23).

    Raises Unprocessable `not_external` for what its provider pays, SamePerson where it took two to
    approve and the actor chose to pay it otherwise, and what `require_payable` does. A reference
    that stands at another refund is Unprocessable `reference_repeated`, unless one payment was made
    `for_several`.
    """
    async with transaction():
        refund = await load_refund(refund_id, actor=actor, expected_version=expected_version)
        require_by_hand(refund, "/external_reference")
        if not for_several:
            await refuse_repeated_reference(refund, external_reference)
        await record_loaded(refund, external_reference, policy=policy, actor=actor, now=now)
        await save_case(refund.case, actor=actor, now=now)


async def record_loaded(
    refund: RefundFile, external_reference: str, *, policy: Policy, actor: Actor, now: datetime
) -> None:
    """Move an approved refund in hand to succeeded; the caller saves its case."""
    state = next_refund(refund.state, RefundEvent.RECORD)
    require_payable(refund)
    require_other_payer(refund, policy=policy, actor=actor)
    data = {"amount": refund.row["amount"]}
    refund.move(state, kind="refund.recorded", data=data)
    values = {
        "external_reference": external_reference,
        "recorded_by": actor.person,
        **success_values(state, policy, now),
    }
    await save_refund(refund, values, now=now)
    await count_settled(refund.case)
    await tell_sent(refund, policy=policy, now=now)
    refund.case.jobs.append(credit_note_job(refund.id))
