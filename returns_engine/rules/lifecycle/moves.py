"""State machines as data: a table of allowed moves, and one way to make a move."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


class TransitionNotAllowed(Exception):  # noqa: N818 - named for what could not happen
    """The lifecycle has no such move; `state` and `action` say which was tried.

    `instead` says in words what can be done, where something else can.
    """

    def __init__(self, state: str, action: str, *, instead: str = "") -> None:
        refusal = f"{action} is not possible in the state {state}"
        super().__init__(f"{refusal}; {instead}" if instead else refusal)
        self.state = str(state)
        self.action = str(action)


def advance(table: Mapping[tuple[State, Event], State], state: State, event: Event) -> State:
    """Return the state that `event` leads to, or raise TransitionNotAllowed."""
    try:
        return table[state, event]
    except KeyError:
        raise TransitionNotAllowed(state, event) from None
