"""How far a refund has come, in the four stages that people are told (56, 84, B-9).

    approved ──▶ sent to the bank ──▶ accepted ──▶ in the account, expected by a day

A refund can stop at any of them, and a later one can be taken back: the bank may fail what it had
accepted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from returns_engine.rules.lifecycle.refund_states import RefundState


class RefundStage(StrEnum):
    """The furthest stage that a refund has reached, or what stopped it."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    ACCEPTED = "accepted"
    REQUIRES_ACTION = "requires_action"
    FAILED = "failed"
    REFUSED = "refused"
    CANCELED = "canceled"


STAGE_OF: Mapping[RefundState, RefundStage] = {
    RefundState.PROPOSED: RefundStage.PROPOSED,
    RefundState.APPROVED: RefundStage.APPROVED,
    RefundState.SUBMITTING: RefundStage.SENDING,
    RefundState.UNKNOWN: RefundStage.SENDING,
    RefundState.PENDING: RefundStage.SENT,
    RefundState.SUCCEEDED: RefundStage.ACCEPTED,
    RefundState.REQUIRES_ACTION: RefundStage.REQUIRES_ACTION,
    RefundState.FAILED: RefundStage.FAILED,
    RefundState.REFUSED: RefundStage.REFUSED,
    RefundState.CANCELED: RefundStage.CANCELED,
}
"""Each state as people are told it; without an answer (`unknown`) it is still being sent."""


class Step(StrEnum):
    """One of the four stages on the way."""

    APPROVED = "approved"
    SENT = "sent"
    ACCEPTED = "accepted"
    IN_ACCOUNT = "in_account"


class Standing(StrEnum):
    """Where a step stands; at `stopped` somebody has to do something."""

    DONE = "done"
    NOW = "now"
    LATER = "later"
    STOPPED = "stopped"
    EXPECTED = "expected"


@dataclass(frozen=True, slots=True, kw_only=True)
class StagePlace:
    """One step of a refund and where it stands."""

    step: Step
    standing: Standing


_DONE_BEFORE: Mapping[RefundStage, int] = {
    RefundStage.APPROVED: 1,
    RefundStage.SENDING: 1,
    RefundStage.SENT: 2,
    RefundStage.ACCEPTED: 3,
    RefundStage.REQUIRES_ACTION: 2,
    RefundStage.FAILED: 1,
}
_STOPPED = frozenset({RefundStage.REQUIRES_ACTION, RefundStage.FAILED})


def stages(state: RefundState, *, bank_by: date | None, today: date) -> tuple[StagePlace, ...]:
    """Return the four steps of a refund; none for one that was not approved, or is given up.

    Nobody tells us that money arrived: after `bank_by` the last step is `expected`, never `done`.
    """
    stage = STAGE_OF[state]
    done = _DONE_BEFORE.get(stage)
    if done is None:
        return ()
    here = Standing.STOPPED if stage in _STOPPED else Standing.NOW
    if stage is RefundStage.ACCEPTED and bank_by is not None and today > bank_by:
        here = Standing.EXPECTED
    return tuple(
        StagePlace(
            step=step,
            standing=Standing.DONE if place < done else here if place == done else Standing.LATER,
        )
        for place, step in enumerate(Step)
    )
