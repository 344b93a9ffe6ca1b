"""The choices that wait: for the customer, or for the staff to carry out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from returns_engine.queries.rows import first_row, rows, with_json
from returns_engine.rules.choice import BY_HAND

PAGE = 50
SOON = timedelta(days=2)

# Spelled out, as the index `choices_to_carry_out` spells it: no value would be known to be in it.
_BY_HAND = ", ".join(sorted(f"'{option}'" for option in BY_HAND))
_TO_DO = f"chosen_option IN ({_BY_HAND}) AND done_at IS NULL"

_SELECT = """
SELECT c.id, c.kind, c.state, c.default_option, c.chosen_option, c.chosen_sku, c.repeated,
       c.restock_on, c.restock_until, c.deadline, c.closed_at, c.done_reference,
       o.number AS order_number, r.number AS return_number, n.name AS customer,
       (SELECT json_agg(json_build_object('title', ol.title, 'quantity', l.quantity)
                        ORDER BY l.position, l.id)
        FROM choice_lines l JOIN order_lines ol ON ol.id = l.order_line
        WHERE l.choice = c.id) AS lines
FROM choices c JOIN orders o ON o.id = c."order"
LEFT JOIN returns r ON r.id = c.return_id
LEFT JOIN order_contacts n ON n."order" = o.id
WHERE """
_COUNT = f"""
SELECT open, due_soon, to_do, oldest_to_do
FROM (SELECT count(*) AS open, count(*) FILTER (WHERE deadline <= {{}}) AS due_soon
      FROM choices WHERE state = 'open') AS asked,
     (SELECT count(*) AS to_do, min(closed_at) AS oldest_to_do
      FROM choices WHERE {_TO_DO}) AS chosen
"""  # noqa: S608 - pieces of our own
_PLACE = "(SELECT {column}, id FROM choices WHERE id = {{}})"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tab:
    where: str
    column: str
    newest_first: bool = False
    timed: bool = False

    def statement(self, *, further: bool) -> str:
        way, order = ("<", " DESC") if self.newest_first else (">", "")
        place = _PLACE.format(column=self.column)
        beyond = f" AND (c.{self.column}, c.id) {way} {place}" if further else ""
        return (
            f"{_SELECT}{self.where}{beyond} ORDER BY c.{self.column}{order}, c.id{order} LIMIT {{}}"
        )


TABS: Mapping[str, _Tab] = {
    "open": _Tab(where="c.state = 'open'", column="deadline"),
    "due": _Tab(where="c.state = 'open' AND c.deadline <= {}", column="deadline", timed=True),
    "to_do": _Tab(where=f"c.{_TO_DO}", column="closed_at"),
    "over": _Tab(
        where="c.state <> 'open' AND NOT COALESCE(c." + _TO_DO + ", false)",
        column="closed_at",
        newest_first=True,
    ),
}
"""What the page lists, by the word in its address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicePage:
    """Some choices, and the id after which the list goes on; None at its end."""

    choices: Sequence[Mapping[str, Any]]
    after: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many choices wait, and since when the one that waits longest."""

    open: int
    due_soon: int
    to_do: int
    oldest_to_do: datetime | None


async def read_choices(tab: str, *, now: datetime, after: UUID | None) -> ChoicePage:
    """Return a page of the choices under `tab`: what is due, or waits longest, first."""
    known = TABS[tab]
    values: list[object] = [now + SOON] if known.timed else []
    values += [] if after is None else [after]
    found = await rows(known.statement(further=after is not None), *values, PAGE + 1)
    shown = [with_json(row, "lines") for row in found[:PAGE]]
    return ChoicePage(choices=shown, after=shown[-1]["id"] if len(found) > PAGE else None)


async def count_waiting(now: datetime) -> Waiting:
    """Count what waits, by one statement."""
    row = await first_row(_COUNT, now + SOON)
    return Waiting(**(row or {"open": 0, "due_soon": 0, "to_do": 0, "oldest_to_do": None}))
