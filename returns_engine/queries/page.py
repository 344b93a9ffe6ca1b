"""A page of a list: keyset, so that page 1000 costs what page 1 costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some items, and the place where the list goes on; None at its end."""

    items: Sequence[dict[str, Any]]
    next_place: str | None


def page_of(
    found: Sequence[dict[str, Any]],
    limit: int,
    *,
    shape: Callable[[dict[str, Any]], dict[str, Any]],
    place: Callable[[dict[str, Any]], str],
) -> Page:
    """Cut the one row too many that was asked for; its presence says that the list goes on."""
    shown = found[:limit]
    next_place = place(shown[-1]) if len(found) > limit else None
    return Page(items=[shape(row) for row in shown], next_place=next_place)


def contains(text: str) -> str:
    """Return a LIKE pattern for texts that hold `text`, taken literally."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
