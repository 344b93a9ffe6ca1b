"""Replacements: one, or a list of them by when they were planned."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from returns_engine.queries.approvals import approvals_in, names_of
from returns_engine.queries.moments import utc_text
from returns_engine.queries.page import Page, page_of
from returns_engine.queries.rows import first_row, rows
from returns_engine.queries.tracking_links import tracking_url
from returns_engine.queries.waiting import Waiting
from returns_engine.rules.lifecycle.replacement_states import OPEN, ReplacementState

_SELECT = f"""
SELECT p.id, r.number AS return_number, r.kind, o.number AS order_number, ol.line_id, ol.sku,
       ol.title, p.quantity, p.state, p.expected_on, p.external_order, p.carrier,
       p.tracking_number, p.warranty_until, p.planned_at, p.awaiting_stock_at, p.ordered_at,
       p.shipped_at, p.delivered_at, p.cancelled_at, p.version, p.needs_second, p.first_by,
       p.first_at, p.first_order, p.ordered_by, {names_of("p.first_by", "p.ordered_by")}
FROM replacements p
JOIN return_lines l ON l.id = p.return_line
JOIN order_lines ol ON ol.id = l.order_line
JOIN returns r ON r.id = p.return_id
JOIN orders o ON o.id = r."order"
"""  # noqa: S608 - pieces of our own
_PLACE = "(SELECT planned_at, id FROM replacements WHERE id = {})"
_BEYOND_OLDEST = "(p.planned_at, p.id) > " + _PLACE
_BEYOND_NEWEST = "(p.planned_at, p.id) < " + _PLACE
_WAITING = """
SELECT state, count(*) AS count,
       min(COALESCE(shipped_at, ordered_at, awaiting_stock_at, planned_at)) AS oldest_at
FROM replacements WHERE state = ANY({}) GROUP BY state
"""
_PLAIN = (
    "return_number",
    "order_number",
    "line_id",
    "sku",
    "title",
    "quantity",
    "state",
    "external_order",
    "carrier",
    "tracking_number",
    "version",
)
_NOT_ORDERED = {ReplacementState.PLANNED, ReplacementState.AWAITING_STOCK}
_DAYS = ("expected_on", "warranty_until")
_MOMENTS = (
    "planned_at",
    "awaiting_stock_at",
    "ordered_at",
    "shipped_at",
    "delivered_at",
    "cancelled_at",
)


async def read_replacement(replacement_id: UUID) -> dict[str, Any] | None:
    """Return one replacement as the API shows it, or None."""
    row = await first_row(_SELECT + "WHERE p.id = {}", replacement_id)
    return None if row is None else _shape(row)


async def list_replacements(
    *,
    states: Collection[ReplacementState] | None = None,
    limit: int = 50,
    after: UUID | None = None,
    oldest_first: bool = False,
) -> Page:
    """Return a page of replacements, by one statement, newest first unless told otherwise.

    `after` is the id of the last one on the page before, which is its `next_place`.
    """
    conditions: list[str] = []
    values: list[object] = []
    if states is not None:
        conditions.append("p.state = ANY({})")
        values.append([str(state) for state in states])
    if after is not None:
        # Replacements of one inspection share its moment; their ids tell them apart.
        conditions.append(_BEYOND_OLDEST if oldest_first else _BEYOND_NEWEST)
        values.append(after)
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    way = "ASC" if oldest_first else "DESC"
    order = f"ORDER BY p.planned_at {way}, p.id {way} LIMIT {{}}"
    found = await rows(_SELECT + where + order, *values, limit + 1)
    return page_of(found, limit, shape=_shape, place=lambda row: str(row["id"]))


async def count_replacements() -> dict[ReplacementState, Waiting]:
    """Return how many wait in each open state, and since when the one that waits longest."""
    return {
        ReplacementState(row["state"]): Waiting(count=row["count"], oldest_at=row["oldest_at"])
        for row in await rows(_WAITING, [str(state) for state in OPEN])
    }


def _shape(row: Mapping[str, Any]) -> dict[str, Any]:
    return (
        {"id": str(row["id"])}
        | {name: row[name] for name in _PLAIN}
        | {"tracking_url": tracking_url(row["carrier"], row["tracking_number"])}
        | {name: row[name] and row[name].isoformat() for name in _DAYS}
        | {name: utc_text(row[name]) for name in _MOMENTS}
        | {
            "approvals": approvals_in(
                row,
                ("first_by", "first_at", {"external_order": "first_order"}),
                ("ordered_by", "ordered_at", {"external_order": "external_order"}),
            ),
            "needs_second_approval": row["needs_second"] and row["state"] in _NOT_ORDERED,
        }
    )
