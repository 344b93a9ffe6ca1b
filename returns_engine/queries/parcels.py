"""Parcels that nobody announced: one, or a list of them; the oldest wait first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from returns_engine.queries.moments import utc_text
from returns_engine.queries.page import Page, page_of
from returns_engine.queries.parcel_suggestions import read_suggestions, suggestion_shape
from returns_engine.queries.rows import first_row, loaded, rows
from returns_engine.rules.lifecycle.parcel_states import ParcelState

_SELECT = """
SELECT p.id, p.number, p.state, p.tracking_number, p.sender, p.contents, p.note, p.photo_ids,
       w.code AS warehouse, c.number AS came_with, o.number AS order_number,
       r.number AS return_number, p.quarantined_at, p.asked_at, p.matched_at,
       p.counted_at, p.sent_back_at, p.back_carrier, p.back_tracking_number,
       p.label_pdf IS NOT NULL AS label_ready, p.version
FROM parcels p LEFT JOIN warehouses w ON w.id = p.warehouse
LEFT JOIN returns c ON c.id = p.came_with LEFT JOIN returns r ON r.id = p.return_id
LEFT JOIN orders o ON o.id = p."order"
"""
_PLAIN = (
    "number",
    "state",
    "tracking_number",
    "sender",
    "contents",
    "note",
    "warehouse",
    "came_with",
    "order_number",
    "return_number",
    "label_ready",
    "version",
)
_MOMENTS = ("quarantined_at", "asked_at", "matched_at", "counted_at")


async def read_parcel(parcel_id: UUID, *, country: str) -> dict[str, Any] | None:
    """Return one parcel with its suggestions while it waits, by three statements; or None.

    `country` is where phone numbers without a prefix are read.
    """
    row = await first_row(_SELECT + "WHERE p.id = {}", parcel_id)
    if row is None:
        return None
    waits = row["state"] == ParcelState.QUARANTINED
    found = await read_suggestions(row, country=country) if waits else []
    return {**_shape(row), "suggestions": [suggestion_shape(one) for one in found]}


async def list_parcels(
    *,
    state: str | None = None,
    uncounted: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> Page:
    """Return a page of parcels, oldest first, by one statement, without their suggestions.

    `uncounted` leaves out those that were counted in; `cursor` is the page before's `next_place`.
    """
    conditions = ["p.counted_at IS NULL"] if uncounted else []
    values: list[object] = []
    if state is not None:
        conditions.append("p.state = {}")
        values.append(state)
    if cursor is not None:
        moment, _, parcel_id = cursor.partition(" ")
        conditions.append("(p.quarantined_at, p.id) > ({}, {})")
        values.extend([datetime.fromisoformat(moment), UUID(parcel_id)])
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    found = await rows(
        _SELECT + where + "ORDER BY p.quarantined_at, p.id LIMIT {}", *values, limit + 1
    )
    return page_of(found, limit, shape=_shape, place=_place)


async def read_quarantine_label(parcel_id: UUID) -> bytes | None:
    """Return the PDF of a parcel's label, or None while there is none."""
    row = await first_row("SELECT label_pdf FROM parcels WHERE id = {}", parcel_id)
    return None if row is None or row["label_pdf"] is None else bytes(row["label_pdf"])


def _place(row: Mapping[str, Any]) -> str:
    return f"{row['quarantined_at'].isoformat()} {row['id']}"


def _shape(row: Mapping[str, Any]) -> dict[str, Any]:
    left = row["sent_back_at"]
    return (
        {"id": str(row["id"])}
        | {name: row[name] for name in _PLAIN}
        | {"photo_ids": loaded(row["photo_ids"]) or []}
        | {name: utc_text(row[name]) for name in _MOMENTS}
        | {
            "sent_back": None
            if left is None
            else {
                "at": utc_text(left),
                "carrier": row["back_carrier"],
                "tracking_number": row["back_tracking_number"],
            }
        }
    )
