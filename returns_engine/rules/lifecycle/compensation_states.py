"""Something extra for our fault: from a suggestion to what the customer holds in hand.

    proposed ── approve ──▶ approved ── give ──▶ given
        └─ refuse ──▶ refused ◀── lapse ──┘

Within the policy's caps it is approved by itself, above them by finance (B-30). It lapses where all
money of its return was refused: it was on top of that (63).
"""

from collections.abc import Mapping
from enum import StrEnum

from returns_engine.rules.lifecycle.moves import advance


class CompensationState(StrEnum):
    """Where a compensation stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    GIVEN = "given"


class CompensationEvent(StrEnum):
    """What may happen to a compensation."""

    APPROVE = "approve"
    REFUSE = "refuse"
    GIVE = "give"
    LAPSE = "lapse"


INITIAL = CompensationState.PROPOSED

COUNTED = frozenset({CompensationState.APPROVED, CompensationState.GIVEN})
"""States that count against the caps; the customer may hear of them too."""

_S, _E = CompensationState, CompensationEvent

TABLE: Mapping[tuple[CompensationState, CompensationEvent], CompensationState] = {
    (_S.PROPOSED, _E.APPROVE): _S.APPROVED,
    (_S.PROPOSED, _E.REFUSE): _S.REFUSED,
    (_S.PROPOSED, _E.LAPSE): _S.REFUSED,
    (_S.APPROVED, _E.LAPSE): _S.REFUSED,
    (_S.APPROVED, _E.GIVE): _S.GIVEN,
}


def next_compensation(state: CompensationState, event: CompensationEvent) -> CompensationState:
    """Return the state of a compensation after `event`, or raise TransitionNotAllowed."""
    return advance(TABLE, state, event)
