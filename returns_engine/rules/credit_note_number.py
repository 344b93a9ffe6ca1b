"""How a credit note is numbered: `CN-2026-000123`, counted from 1 in each year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A place in the series; `place` 0 stands before the first."""

    year: int
    place: int

    @property
    def number(self) -> str:
        """Return the number as people and books write it."""
        return f"CN-{self.year}-{self.place:0{_DIGITS}}"


def next_number(last: Counted, year: int) -> Counted:
    """Return the place after `last`, in `year`; a new year begins at 1.

    A clock that was set back into the year before does not reopen that year's series.
    """
    if year > last.year:
        return Counted(year=year, place=1)
    return Counted(year=last.year, place=last.place + 1)


def standing_number(notes: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the number of the last note that was issued, reversed or not; None without one.

    `notes` are those of one refund, oldest first; `reverses` names the note that one takes back.
    """
    return next((note["number"] for note in reversed(notes) if note["reverses"] is None), None)
