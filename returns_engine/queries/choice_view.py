"""Choices put to customers: one, a list, and those of one order or return."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from returns_engine.queries.moments import utc_text
from returns_engine.queries.page import Page, page_of
from returns_engine.queries.rows import first_row, rows, with_json
from returns_engine.rules.choice import OPTIONS, ChoiceKind

_SELECT = """
SELECT c.*, o.number AS order_number, r.number AS return_number,
       (SELECT json_agg(json_build_object('line_id', ol.line_id, 'sku', ol.sku,
                                          'title', ol.title, 'quantity', l.quantity)
                        ORDER BY l.position, l.id)
        FROM choice_lines l JOIN order_lines ol ON ol.id = l.order_line
        WHERE l.choice = c.id) AS lines
FROM choices c JOIN orders o ON o.id = c."order" LEFT JOIN returns r ON r.id = c.return_id
"""
_PLAIN = ("order_number", "return_number", "kind", "state", "lines", "repeated", "swap_skus")


async def read_choice(choice_id: UUID) -> dict[str, Any] | None:
    """Return one choice as the API answers it, by one statement, or None."""
    row = await first_row(_SELECT + "WHERE c.id = {}", choice_id)
    return None if row is None else _shape(row)


async def list_choices(
    *,
    state: str | None = None,
    order_number: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page:
    """Return a page of choices, newest first; `cursor` is the page before's `next_place`."""
    conditions: list[str] = []
    values: list[object] = []
    for condition, value in (("c.state = {}", state), ("o.number = {}", order_number)):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    if cursor is not None:
        moment, _, choice_id = cursor.partition(" ")
        conditions.append("(c.offered_at, c.id) < ({}, {})")
        values.extend([datetime.fromisoformat(moment), UUID(choice_id)])
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    found = await rows(
        _SELECT + where + "ORDER BY c.offered_at DESC, c.id DESC LIMIT {}", *values, limit + 1
    )
    return page_of(found, limit, shape=_shape, place=_place)


async def choices_of_return(number: str) -> list[dict[str, Any]]:
    """Return the choices that a return came from or is about, the newest first."""
    found = await rows(_SELECT + "WHERE r.number = {} ORDER BY c.offered_at DESC", number)
    return [_shape(row) for row in found]


async def choices_of_orders(numbers: Sequence[str]) -> list[dict[str, Any]]:
    """Return the choices about orders, the newest first, by one statement."""
    found = await rows(
        _SELECT + "WHERE o.number = ANY({}::text[]) ORDER BY c.offered_at DESC, c.id DESC",
        list(numbers),
    )
    return [_shape(row) for row in found]


async def order_of_choice(choice_id: UUID) -> str | None:
    """Return the number of the order a choice is about, or None where there is no such choice."""
    row = await first_row(
        'SELECT o.number FROM choices c JOIN orders o ON o.id = c."order" WHERE c.id = {}',
        choice_id,
    )
    return None if row is None else row["number"]


async def language_of_choice(choice_id: UUID) -> str | None:
    """Return the language kept with the order a choice is about, or None where none is."""
    row = await first_row(
        'SELECT o.language FROM choices c JOIN orders o ON o.id = c."order" WHERE c.id = {}',
        choice_id,
    )
    return None if row is None else row["language"]


def _place(row: Mapping[str, Any]) -> str:
    return f"{row['offered_at'].isoformat()} {row['id']}"


def _shape(row: Mapping[str, Any]) -> dict[str, Any]:
    known = with_json(row, "lines", "swap_skus")
    return (
        {"id": str(known["id"])}
        | {name: known[name] for name in _PLAIN}
        | {
            "options": [str(option) for option in OPTIONS[ChoiceKind(known["kind"])]],
            "default": known["default_option"],
            "restock_on": _day(known["restock_on"]),
            "restock_until": _day(known["restock_until"]),
            "offered_at": utc_text(known["offered_at"]),
            "deadline": utc_text(known["deadline"]),
            "reminded_at": utc_text(known["reminded_at"]),
            "chosen": _chosen(known),
            "closed_at": utc_text(known["closed_at"]),
            "done": _done(known),
            "version": known["version"],
        }
    )


def _day(day: Any) -> str | None:  # noqa: ANN401 - a date, as the database gives it
    return day.isoformat() if day else None


def _chosen(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what holds: chosen by the customer, or by the system when the deadline was over."""
    if row["chosen_option"] is None:
        return None
    return {
        "option": row["chosen_option"],
        "sku": row["chosen_sku"],
        "at": utc_text(row["closed_at"]),
        "by": row["chosen_by"],
    }


def _done(row: Mapping[str, Any]) -> dict[str, Any] | None:
    if row["done_at"] is None:
        return None
    return {"at": utc_text(row["done_at"]), "reference": row["done_reference"]}
