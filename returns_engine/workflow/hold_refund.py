"""Put a proposal on hold with a reason, and let it go on."""

from datetime import datetime
from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.tables.engine import transaction
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refund_file import RefundFile, load_refund, save_refund
from returns_engine.workflow.refusals import Conflict
from returns_engine.workflow.return_case import save_case

_ON_HOLD = "This refund is on hold; somebody must release it first."
_NOT_ON_HOLD = "This refund is not on hold."


async def hold_refund(
    refund_id: UUID,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Keep a proposal from being approved, for a reason that staff alone reads.

    What was promised stays promised, and a first approval stays given. Raises NotFound,
    TransitionNotAllowed where it was decided already, Conflict `on_hold` where it is held.
    """
    async with transaction():
        refund = await _proposed(refund_id, "hold", expected_version)
        refuse_held(refund)
        data = {"refund_id": str(refund.id)}
        refund.case.record(NewEvent(type="refund.held", data=data, text=reason))
        values = {"held_at": now, "held_by": actor.person, "hold_reason": reason}
        await save_refund(refund, values, now=now)
        await save_case(refund.case, actor=actor, now=now)


async def release_refund(
    refund_id: UUID, *, actor: Actor, now: datetime, expected_version: int | None = None
) -> None:
    """Let a proposal on hold go on; whoever held it. Raises Conflict `not_on_hold`."""
    async with transaction():
        refund = await _proposed(refund_id, "release", expected_version)
        if refund.row["held_at"] is None:
            raise Conflict("not_on_hold", _NOT_ON_HOLD)
        data = {"refund_id": str(refund.id)}
        refund.case.record(NewEvent(type="refund.released", data=data))
        values = {"held_at": None, "held_by": None, "hold_reason": None}
        await save_refund(refund, values, now=now)
        await save_case(refund.case, actor=actor, now=now)


def refuse_held(refund: RefundFile) -> None:
    """Raise Conflict `on_hold` where a refund is on hold."""
    if refund.row["held_at"] is not None:
        raise Conflict("on_hold", _ON_HOLD)


async def _proposed(refund_id: UUID, action: str, expected_version: int | None) -> RefundFile:
    # Nobody's own inspection stands in the way: a hold pays nothing.
    refund = await load_refund(refund_id, expected_version=expected_version)
    if refund.state is not RefundState.PROPOSED:
        raise TransitionNotAllowed(refund.state, action)
    return refund
