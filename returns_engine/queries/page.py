"""A page of a list: keyset, so that page 1000 costs what page 1 costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Row = TypeVar("Row")

_MOST = 200
"""How many a page may hold (contract, "Lists")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some items as they were shaped, and the place where the list goes on; None at its end."""

    items: Sequence[Any]
    next_place: str | None


def page_of(
    found: Sequence[Row],
    limit: int | None,
    *,
    shape: Callable[[Row], Any],
    place: Callable[[Row], str],
) -> Page:
    """Cut the one row too many that was asked for; its presence says that the list goes on.

    With no limit all was asked for, and nothing is cut.
    """
    shown = found[:limit]
    next_place = place(shown[-1]) if limit is not None and len(found) > limit else None
    return Page(items=[shape(row) for row in shown], next_place=next_place)


def page_from(select: str) -> str:
    """Return a statement for a page of `select`, which is in order; its last value is the size.

    Where that alone is the limit, PostgreSQL reckons with a tenth of all rows, finds the plan it
    keeps too dear, and plans anew at each call: longer than the page itself takes it.
    """
    return f"SELECT * FROM ({select} LIMIT {_MOST + 1}) AS page LIMIT {{}}"  # noqa: S608 - a statement of our own


def one_more(limit: int | None) -> int | None:
    """Return how many rows to ask for; None for all of them."""
    return None if limit is None else limit + 1


def contains(text: str) -> str:
    """Return a LIKE pattern for texts that hold `text`, taken literally."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
