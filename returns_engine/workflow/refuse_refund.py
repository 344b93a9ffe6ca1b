"""Refuse a proposed refund."""

from datetime import datetime
from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.refund_states import RefundEvent, next_refund
from returns_engine.tables.engine import transaction
from returns_engine.workflow.count_settled import count_settled
from returns_engine.workflow.decide_compensation import lapse_compensations
from returns_engine.workflow.hold_cancellation import free_shipped
from returns_engine.workflow.refund_file import load_refund, save_refund
from returns_engine.workflow.return_case import save_case


async def refuse_refund(
    refund_id: UUID,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Refuse a proposed refund, in words the customer reads."""
    async with transaction():
        refund = await load_refund(refund_id, actor=actor, expected_version=expected_version)
        state = next_refund(refund.state, RefundEvent.REFUSE)
        refund.move(state, kind="refund.refused", reason="refused", text=reason)
        values = {"note": reason, "decided_at": now, "decided_by": actor.person}
        await save_refund(refund, values, now=now)
        await free_shipped(refund.case)
        # What another payment gave back already may have waited for this one alone.
        await count_settled(refund.case)
        await lapse_compensations(refund.case, now=now)
        refund.case.tell("refund_refused", {"reason": reason}, now)
        await save_case(refund.case, actor=actor, now=now)
