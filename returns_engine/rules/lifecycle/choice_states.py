"""A choice that was put to the customer, once: by a signed link, with a deadline.

    open ── choose ────▶ chosen      the customer said it
      ├──── default ───▶ defaulted   the deadline passed in silence: the safe default (B-31)
      └──── withdraw ──▶ withdrawn   we took it back, or it was overtaken by what happened since

Nothing leads on from there: a link works once.
"""

from collections.abc import Mapping
from enum import StrEnum

from returns_engine.rules.lifecycle.moves import advance


class ChoiceState(StrEnum):
    """Where a choice stands."""

    OPEN = "open"
    CHOSEN = "chosen"
    DEFAULTED = "defaulted"
    WITHDRAWN = "withdrawn"


class ChoiceEvent(StrEnum):
    """What may happen to a choice."""

    CHOOSE = "choose"
    DEFAULT = "default"
    WITHDRAW = "withdraw"


INITIAL = ChoiceState.OPEN

MADE = frozenset({ChoiceState.CHOSEN, ChoiceState.DEFAULTED})
"""States in which one of the options holds."""

_S, _E = ChoiceState, ChoiceEvent

TABLE: Mapping[tuple[ChoiceState, ChoiceEvent], ChoiceState] = {
    (_S.OPEN, _E.CHOOSE): _S.CHOSEN,
    (_S.OPEN, _E.DEFAULT): _S.DEFAULTED,
    (_S.OPEN, _E.WITHDRAW): _S.WITHDRAWN,
}


def next_choice(state: ChoiceState, event: ChoiceEvent) -> ChoiceState:
    """Return the state of a choice after `event`, or raise TransitionNotAllowed."""
    return advance(TABLE, state, event)
