"""A second opinion on a rejection: another person grades from the photos, blind to the first.

    asked ──agree─────▶ agreed
      ├────disagree───▶ disputed ──decide──▶ decided
      └────withdraw───▶ withdrawn

Asked for because of the value: agreed, the first verdict stands; disputed, a third person sees both
side by side and decides. Until one of these the units have no verdict: nothing is settled for them,
and the customer hears nothing. While nobody has given it, who rejected may take the rejection back.

Asked for on appeal, it moves nothing by itself: whoever hears the appeal reads it. The appeal's
outcome decides what is disputed then, and withdraws what nobody has given.
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
    WITHDRAWN = "withdrawn"


class OpinionCause(StrEnum):
    """Why a second opinion is asked for: what was rejected is dear, or the customer appealed."""

    VALUE = "value"
    APPEAL = "appeal"


class OpinionEvent(StrEnum):
    """What may happen to a second opinion."""

    AGREE = "agree"
    DISAGREE = "disagree"
    DECIDE = "decide"
    WITHDRAW = "withdraw"


INITIAL = OpinionState.ASKED

OPEN = frozenset({OpinionState.ASKED, OpinionState.DISPUTED})
"""States in which somebody is still to say something."""

GIVEN_IN: Mapping[OpinionCause, frozenset[Headline]] = {
    OpinionCause.VALUE: frozenset({Headline.PARTIALLY_RECEIVED, Headline.RECEIVED}),
    OpinionCause.APPEAL: frozenset({Headline.IN_REVIEW, Headline.NEEDS_INFO}),
}
"""Where a return must be for one to be given: for its value while no appeal is heard."""

_S, _E = OpinionState, OpinionEvent

TABLE: Mapping[tuple[OpinionState, OpinionEvent], OpinionState] = {
    (_S.ASKED, _E.AGREE): _S.AGREED,
    (_S.ASKED, _E.DISAGREE): _S.DISPUTED,
    (_S.ASKED, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.DISPUTED, _E.DECIDE): _S.DECIDED,
}


def next_opinion(state: OpinionState, event: OpinionEvent) -> OpinionState:
    """Return the state of a second opinion after `event`, or raise TransitionNotAllowed."""
    return advance(TABLE, state, event)
