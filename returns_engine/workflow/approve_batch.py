"""Approve plain proposals together: each by itself, with its own answer.

Each in a transaction of its own, unless the caller has one open, as a call has that happens once
for its Idempotency-Key: then all of them are approved with its answer, or none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import asyncpg
import structlog

from returns_engine.queries.batch import Candidate, candidates_of
from returns_engine.rules.actor import Actor
from returns_engine.rules.batch import LookAt, alike, what_to_look_at
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.refund_states import RefundEvent, next_refund
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import connection, is_in_transaction, transaction
from returns_engine.workflow.approve_refund import approve_refund
from returns_engine.workflow.guard_refusals import guard_refusal
from returns_engine.workflow.refund_file import load_refund
from returns_engine.workflow.refusals import (
    AboveLimit,
    Conflict,
    NotFound,
    Refusal,
    SamePerson,
    Unprocessable,
)

log = structlog.get_logger()

MOST = 100
"""How many refunds one batch holds at most."""


class BatchOutcome(StrEnum):
    """What became of one refund of a batch."""

    APPROVED = "approved"
    CHANGED = "changed"
    NOT_YOURS = "not_yours"
    LOOK_AT_IT = "look_at_it"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A refund as it was seen: its amount in minor units and, where known, its version."""

    refund_id: UUID
    amount: int
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """What became of one refund; `code` is stable, `detail` is for people."""

    refund_id: UUID
    amount: int
    outcome: BatchOutcome
    code: str | None = None
    detail: str | None = None
    look_at: frozenset[LookAt] = frozenset()


class _LookAtIt(Refusal):
    """It wants a look of its own, at `look_at`."""

    def __init__(self, look_at: frozenset[LookAt]) -> None:
        reasons = ", ".join(sorted(look_at))
        super().__init__("look_at_it", f"It wants a look of its own: {reasons}.")
        self.look_at = look_at


async def approve_batch(
    chosen: Sequence[Chosen], *, policy: Policy, actor: Actor, now: datetime
) -> list[BatchResult]:
    """Approve each of `chosen` that still stands as it was seen; one answer each, in their order.

    Harmless twice: what was approved before has changed since. Nothing is refused for another's
    sake. Raises Unprocessable `nothing_chosen`, `too_many`, `chosen_twice`, `not_alike`.
    """
    _refuse_as_a_whole(chosen)
    ids = [one.refund_id for one in chosen]
    if is_in_transaction():
        await _lock_in_order(ids)
    known = await candidates_of(ids, person=actor.person, policy=policy)
    if not alike(candidate.proposal for candidate in known.values()):
        raise not_alike()
    return [await _one(one, policy=policy, actor=actor, now=now) for one in chosen]


def not_alike() -> Unprocessable:
    """Return why refunds of two kinds, or in two currencies, do not go together."""
    detail = "A batch is for refunds of one kind of return, in one currency."
    return Unprocessable("not_alike", detail)


# An open transaction keeps every lock to its end. One by one, the first refund's order would be
# held while the second's return is waited for, and whoever holds that waits for the order.
_RETURNS = """
SELECT FROM returns r WHERE r.id IN (SELECT f.return_id FROM refunds f WHERE f.id = ANY($1))
ORDER BY r.id FOR NO KEY UPDATE OF r
"""
_ORDERS = """
SELECT FROM orders o WHERE o.id IN (SELECT f."order" FROM refunds f WHERE f.id = ANY($1))
ORDER BY o.id FOR NO KEY UPDATE OF o
"""


async def _lock_in_order(refund_ids: Sequence[UUID]) -> None:
    """Lock all returns, then all orders, before any payment."""
    await connection().execute(_RETURNS, refund_ids)
    await connection().execute(_ORDERS, refund_ids)


def _refuse_as_a_whole(chosen: Sequence[Chosen]) -> None:
    if not chosen:
        raise Unprocessable("nothing_chosen", "Choose at least one refund.")
    if len(chosen) > MOST:
        raise Unprocessable("too_many", f"At most {MOST} refunds are approved together.")
    if len({one.refund_id for one in chosen}) < len(chosen):
        raise Unprocessable("chosen_twice", "A refund is named twice.")


async def _one(one: Chosen, *, policy: Policy, actor: Actor, now: datetime) -> BatchResult:
    try:
        await _approve(one, policy=policy, actor=actor, now=now)
    except (Refusal, TransitionNotAllowed, asyncpg.CheckViolationError) as trouble:
        error = _refusal_of(trouble)
        code = error.code if isinstance(error, Refusal) else "transition_not_allowed"
        return BatchResult(
            refund_id=one.refund_id,
            amount=one.amount,
            outcome=_outcome_of(error),
            code=code,
            detail=str(error),
            look_at=error.look_at if isinstance(error, _LookAtIt) else frozenset(),
        )
    return BatchResult(refund_id=one.refund_id, amount=one.amount, outcome=BatchOutcome.APPROVED)


def _refusal_of(error: Exception) -> Refusal | TransitionNotAllowed:
    """Return why one refund was not approved; raises what is none of its own.

    After what the database refused, a transaction that holds the whole batch can go no further.
    """
    if isinstance(error, Refusal | TransitionNotAllowed):
        return error
    refusal = guard_refusal(error)
    if refusal is None or is_in_transaction():
        raise error
    log.error("refused_by_database", code=refusal.code)
    return refusal


async def _approve(one: Chosen, *, policy: Policy, actor: Actor, now: datetime) -> None:
    async with transaction():
        refund = await load_refund(
            one.refund_id, actor=actor, expected_version=one.version, with_order=True
        )
        next_refund(refund.state, RefundEvent.APPROVE)
        await _require_plain(one, policy, actor)
        await approve_refund(
            one.refund_id,
            amount=one.amount,
            note=None,
            clause=None,
            external_reference=None,
            policy=policy,
            actor=actor,
            now=now,
        )


async def _require_plain(one: Chosen, policy: Policy, actor: Actor) -> None:
    """Raise where the refund, locked by now, wants a look of its own or is not all that is due."""
    found = await candidates_of([one.refund_id], person=actor.person, policy=policy)
    candidate: Candidate = found[one.refund_id]
    look_at = what_to_look_at(candidate.proposal, policy.approval)
    if look_at:
        raise _LookAtIt(look_at)
    if one.amount != candidate.proposal.proposed:
        raise Conflict("amount_changed", "In a batch, all that was proposed is approved.")


def _outcome_of(error: Refusal | TransitionNotAllowed) -> BatchOutcome:
    match error:
        case NotFound():
            return BatchOutcome.NOT_FOUND
        case SamePerson() | AboveLimit():
            return BatchOutcome.NOT_YOURS
        case _LookAtIt():
            return BatchOutcome.LOOK_AT_IT
    return BatchOutcome.CHANGED
