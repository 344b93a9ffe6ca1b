"""What the programs of others are told of one change to a return: its moves, and no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from returns_engine.rules.lifecycle.headline import Headline
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.webhooks.event_types import refund_type, return_type


class Recorded(Protocol):
    """An event of the record, as far as it may be news."""

    @property
    def to_state(self) -> str | None:
        """Return the state it led to, where it moved something."""

    @property
    def refund(self) -> str | None:
        """Return the id of the refund it is about, where it is about one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One move: `sequence` is the place of its event in the record of the return, from 1 up."""

    type: str
    state: str
    sequence: int
    refund: str | None = None


def news_of(
    events: Sequence[Recorded], *, after: int, before: Headline, now: Headline
) -> list[News]:
    """Return what `events`, which follow event number `after`, moved; the return's own state last.

    What follows none is the beginning of a return: that it was asked for.
    """
    opened = [] if after else [_of_return(before, 1)]
    refunds = [
        News(
            type=refund_type(RefundState(event.to_state)),
            state=event.to_state,
            sequence=after + place,
            refund=event.refund,
        )
        for place, event in enumerate(events, start=1)
        if event.refund is not None and event.to_state is not None
    ]
    moved = [_of_return(now, after + len(events))] if now is not before else []
    return [*opened, *refunds, *moved]


def _of_return(state: Headline, sequence: int) -> News:
    return News(type=return_type(state), state=str(state), sequence=sequence)
