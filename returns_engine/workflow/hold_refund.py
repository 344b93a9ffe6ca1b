"""Put a proposal on hold with a reason, and let it go on; also what waits since a lost dispute."""

from datetime import datetime
from uuid import UUID

from returns_engine.rules.actor import SYSTEM, Actor
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.tables.engine import transaction
from returns_engine.workflow.block_refund import Block
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refund_file import (
    RefundFile,
    load_refund,
    require_other_person,
    save_refund,
)
from returns_engine.workflow.refund_jobs import execution_job
from returns_engine.workflow.refusals import Conflict
from returns_engine.workflow.retry_refund import refuse_unpayable
from returns_engine.workflow.return_case import save_case

_ON_HOLD = "This refund is on hold; somebody must release it first."
_NOT_ON_HOLD = "This refund is not on hold."
_NOT_DISPUTED = "No dispute of this payment is open any more: there is nothing to wait for."


async def hold_refund(
    refund_id: UUID,
    *,
    reason: str,
    until_dispute_ends: bool = False,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Keep a proposal from being approved, for a reason that staff alone reads.

    What was promised stays promised, and a first approval stays given. With `until_dispute_ends`
    it goes on by itself once no dispute of its payment is open. Raises NotFound,
    TransitionNotAllowed where it was decided already, Conflict `on_hold` where it is held, and
    `not_disputed` where there is no dispute to wait for.
    """
    async with transaction():
        # Nobody's own inspection stands in the way: a hold pays nothing.
        refund = await load_refund(refund_id, expected_version=expected_version)
        _require_proposed(refund, "hold")
        refuse_held(refund)
        if until_dispute_ends and not refund.contested:
            raise Conflict("not_disputed", _NOT_DISPUTED)
        data = {"refund_id": str(refund.id)}
        refund.case.record(NewEvent(type="refund.held", data=data, text=reason))
        values = {
            "held_at": now,
            "held_by": actor.person,
            "hold_reason": reason,
            "held_for_dispute": until_dispute_ends,
        }
        await save_refund(refund, values, now=now)
        await save_case(refund.case, actor=actor, now=now)


async def release_refund(
    refund_id: UUID, *, actor: Actor, now: datetime, expected_version: int | None = None
) -> None:
    """Let a proposal on hold go on, whoever held it; or what was kept since a dispute was lost.

    What was approved is sent then, so that whoever inspected the return does not let it go. Raises
    Conflict `not_on_hold`, SamePerson, and of what was approved what `refuse_unpayable` does.
    """
    async with transaction():
        refund = await load_refund(refund_id, expected_version=expected_version)
        if _is_kept_since_lost(refund):
            await require_other_person(refund_id, actor=actor)
            await _send_all_the_same(refund, actor=actor, now=now)
            return
        _require_proposed(refund, "release")
        if refund.row["held_at"] is None:
            raise Conflict("not_on_hold", _NOT_ON_HOLD)
        await _release(refund, actor=actor, now=now)


async def release_after_dispute(refund_id: UUID, *, now: datetime) -> None:
    """Let a proposal go on that was held until no dispute of its payment is open; harmless twice.

    Won or lost: that it is over is what it waited for, and a person decides it.
    """
    async with transaction():
        refund = await load_refund(refund_id)
        waits = refund.state is RefundState.PROPOSED and refund.row["held_for_dispute"]
        if waits and not refund.contested:
            await _release(refund, actor=SYSTEM, now=now, reason="dispute_over")


async def _release(
    refund: RefundFile, *, actor: Actor, now: datetime, reason: str | None = None
) -> None:
    data = {"refund_id": str(refund.id)}
    refund.case.record(NewEvent(type="refund.released", reason=reason, data=data))
    values = {"held_at": None, "held_by": None, "hold_reason": None, "held_for_dispute": False}
    await save_refund(refund, values, now=now)
    await save_case(refund.case, actor=actor, now=now)


def _is_kept_since_lost(refund: RefundFile) -> bool:
    """Say whether a dispute was lost since a refund was approved that its provider is to send."""
    kept = refund.row["last_error"] == Block.DISPUTE_LOST and refund.row["manual_reason"] is None
    return kept and refund.state is RefundState.APPROVED


async def _send_all_the_same(refund: RefundFile, *, actor: Actor, now: datetime) -> None:
    """Let what was approved be sent though a dispute was lost: it was about something else."""
    refuse_unpayable(refund)
    lost = refund.payment["disputed_lost"]
    data: dict[str, object] = {"refund_id": str(refund.id), "lost": lost}
    refund.case.record(NewEvent(type="refund.released", reason=Block.DISPUTE_LOST, data=data))
    values = {"lost_seen": lost, "last_error": None, "blocked_since": None}
    await save_refund(refund, values, now=now)
    refund.case.jobs.append(execution_job(refund))
    await save_case(refund.case, actor=actor, now=now)


def refuse_held(refund: RefundFile) -> None:
    """Raise Conflict `on_hold` where a refund is on hold."""
    if refund.row["held_at"] is not None:
        raise Conflict("on_hold", _ON_HOLD)


def _require_proposed(refund: RefundFile, action: str) -> None:
    if refund.state is not RefundState.PROPOSED:
        raise TransitionNotAllowed(refund.state, action)
