"""What we have promised and not done yet: due, or broken already; the soonest first."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from returns_engine.queries.moments import utc_text
from returns_engine.queries.page import Page, page_of
from returns_engine.queries.rows import rows


class PromiseStanding(StrEnum):
    """How a promise stands: open in time, open too late, or done."""

    DUE = "due"
    BROKEN = "broken"
    KEPT = "kept"


_OPEN = "m.kept_at IS NULL AND m.released_at IS NULL"
# A promise is broken from the moment on, not from when it was noted.
_STANDS = {
    PromiseStanding.DUE: (f"{_OPEN} AND m.due >= {{}}", True),
    PromiseStanding.BROKEN: (f"{_OPEN} AND m.due < {{}}", True),
    PromiseStanding.KEPT: ("m.kept_at IS NOT NULL", False),
}
_PROMISES = """
SELECT m.id, m.what, m.subject, m.made_at, m.due, m.kept_at, m.broken_at, r.number, r.state,
       o.number AS order_number
FROM promises m JOIN returns r ON r.id = m.return_id JOIN orders o ON o.id = r."order"
WHERE m.released_at IS NULL
"""
_COUNTS = """
SELECT count(*) FILTER (WHERE due < {}) AS broken,
       count(*) FILTER (WHERE due >= {} AND due < {}) AS soon,
       min(due) FILTER (WHERE due < {}) AS oldest_broken
FROM promises WHERE kept_at IS NULL AND released_at IS NULL
"""


async def list_promises(
    *,
    standing: PromiseStanding | None = None,
    now: datetime,
    before: datetime | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page:
    """Return a page of promises, the soonest due first; `cursor` is the page before's place.

    `before` leaves out what falls due at that moment or later.
    """
    conditions: list[str] = []
    values: list[object] = []
    if standing is not None:
        condition, timed = _STANDS[standing]
        conditions.append(condition)
        values += [now] if timed else []
    if before is not None:
        conditions.append("m.due < {}")
        values.append(before)
    if cursor is not None:
        due, _, last = cursor.partition(" ")
        conditions.append("(m.due, m.id) > ({}, {})")
        values += [datetime.fromisoformat(due), int(last)]
    also = "".join(f" AND {condition}" for condition in conditions)
    found = await rows(f"{_PROMISES}{also} ORDER BY m.due, m.id LIMIT {{}}", *values, limit + 1)
    return page_of(
        found,
        limit,
        shape=lambda row: _shape(row, now),
        place=lambda row: f"{row['due'].isoformat()} {row['id']}",
    )


async def count_promises(*, now: datetime, soon: datetime) -> Mapping[str, Any]:
    """Count what is broken and what falls due before `soon`, by one statement."""
    return (await rows(_COUNTS, now, now, soon, now))[0]


def _shape(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "what": row["what"],
        "standing": str(_standing(row, now)),
        "return_number": row["number"],
        "return_state": row["state"],
        "order_number": row["order_number"],
        "refund_id": row["subject"] or None,
        "made_at": utc_text(row["made_at"]),
        "due": utc_text(row["due"]),
        "kept_at": utc_text(row["kept_at"]),
        "broken_at": utc_text(row["broken_at"]),
    }


def _standing(row: Mapping[str, Any], now: datetime) -> PromiseStanding:
    if row["kept_at"] is not None:
        return PromiseStanding.KEPT
    return PromiseStanding.DUE if row["due"] >= now else PromiseStanding.BROKEN
