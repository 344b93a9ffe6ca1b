"""What goes on top for our fault: one, or a list, newest first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from returns_engine.queries.approvals import approvals_in, names_of
from returns_engine.queries.moments import utc_text
from returns_engine.queries.page import Page, page_of
from returns_engine.queries.rows import first_row, rows
from returns_engine.rules.lifecycle.compensation_states import COUNTED, CompensationState

_SELECT = f"""
SELECT c.id, r.number AS return_number, o.number AS order_number, l.line_id, c.kind, c.what,
       c.value, c.currency, c.state, c.cause, c.clause, c.proposed_at, c.decided_at, c.given_at,
       c.reference, c.version, c.needs_second, c.first_by, c.first_at, c.decided_by,
       {names_of("c.first_by", "c.decided_by")}
FROM compensations c JOIN returns r ON r.id = c.return_id JOIN orders o ON o.id = c."order"
JOIN return_lines rl ON rl.id = c.return_line JOIN order_lines l ON l.id = rl.order_line
"""  # noqa: S608 - pieces of our own
_PLAIN = (
    "return_number",
    "order_number",
    "line_id",
    "kind",
    "what",
    "value",
    "currency",
    "state",
    "cause",
    "clause",
    "reference",
    "version",
)
_PROPOSED = CompensationState.PROPOSED
_NOTHING: Mapping[str, str] = {}
_MOMENTS = ("proposed_at", "decided_at", "given_at")


async def read_compensation(compensation_id: UUID) -> dict[str, Any] | None:
    """Return one compensation, or None."""
    row = await first_row(_SELECT + "WHERE c.id = {}", compensation_id)
    return None if row is None else _shape(row)


async def list_compensations(
    *, state: str | None = None, limit: int = 50, cursor: str | None = None
) -> Page:
    """Return a page of compensations, by one statement; `cursor` is the page before's end."""
    conditions: list[str] = []
    values: list[object] = []
    if state is not None:
        conditions.append("c.state = {}")
        values.append(state)
    if cursor is not None:
        # Those of one return share its moment; their ids tell them apart.
        moment, _, compensation_id = cursor.partition(" ")
        conditions.append("(c.proposed_at, c.id) < ({}, {})")
        values.extend([datetime.fromisoformat(moment), UUID(compensation_id)])
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    found = await rows(
        _SELECT + where + "ORDER BY c.proposed_at DESC, c.id DESC LIMIT {}", *values, limit + 1
    )
    return page_of(found, limit, shape=_shape, place=_place)


def _place(row: Mapping[str, Any]) -> str:
    return f"{row['proposed_at'].isoformat()} {row['id']}"


def _shape(row: Mapping[str, Any]) -> dict[str, Any]:
    return (
        {"id": str(row["id"])}
        | {name: row[name] for name in _PLAIN}
        | {name: utc_text(row[name]) for name in _MOMENTS}
        | {
            "approvals": _approvals(row),
            "needs_second_approval": row["needs_second"] and row["state"] == _PROPOSED,
        }
    )


def _approvals(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    approved = row["state"] in COUNTED
    last = [("decided_by", "decided_at", _NOTHING)] if approved else []
    return approvals_in(row, ("first_by", "first_at", _NOTHING), *last)
