"""A second opinion on a rejection: another person grades from the photos, blind to the first.

    asked ──agree─────▶ agreed
      └────disagree───▶ disputed ──decide──▶ decided

Agreed, the first verdict stands. Disputed, a third person sees both side by side and decides. Until
one of these the units have no verdict: nothing is settled for them, and the customer hears nothing.
"""

from collections.abc import Mapping
from enum import StrEnum

from returns_engine.rules.lifecycle.headline import Headline
from returns_engine.rules.lifecycle.moves import advance


class OpinionState(StrEnum):
    """Where a second opinion stands."""

    ASKED = "asked"
    AGREED = "agreed"
    DISPUTED = "disputed"
    DECIDED = "decided"


class OpinionEvent(StrEnum):
    """What may happen to a second opinion."""

    AGREE = "agree"
    DISAGREE = "disagree"
    DECIDE = "decide"


INITIAL = OpinionState.ASKED

OPEN = frozenset({OpinionState.ASKED, OpinionState.DISPUTED})
"""States in which the units have no verdict yet."""

GIVEN_IN = frozenset({Headline.PARTIALLY_RECEIVED, Headline.RECEIVED})
"""Where a return must be for one to be given: not before an appeal about others of its units."""

_S, _E = OpinionState, OpinionEvent

TABLE: Mapping[tuple[OpinionState, OpinionEvent], OpinionState] = {
    (_S.ASKED, _E.AGREE): _S.AGREED,
    (_S.ASKED, _E.DISAGREE): _S.DISPUTED,
    (_S.DISPUTED, _E.DECIDE): _S.DECIDED,
}


def next_opinion(state: OpinionState, event: OpinionEvent) -> OpinionState:
    """Return the state of a second opinion after `event`, or raise TransitionNotAllowed."""
    return advance(TABLE, state, event)
