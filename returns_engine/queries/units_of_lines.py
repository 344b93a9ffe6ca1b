"""Where the units of an order's lines are: free to come back, late, in a return, not shipped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from returns_engine.queries.order_facts import (
    LINES,
    RETURNED,
    SHIPMENTS,
    held_by_returns,
    order_facts,
)
from returns_engine.queries.returnable import LateUnits, returnable
from returns_engine.queries.rows import first_row, with_json
from returns_engine.rules.policy import Policy

_ORDER = f"""
SELECT o.*, {LINES} AS lines, {SHIPMENTS} AS shipments, {RETURNED} AS returned
FROM orders o WHERE o.number = {{}}
"""  # noqa: S608 - pieces of our own


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldUnits:
    """Units of a line that one open or settled return holds."""

    units: int
    number: str
    kind: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineUnits:
    """The units of a line by where they are; `back` can come back, whatever the reason."""

    back: int
    late: Sequence[LateUnits]
    held: Sequence[HeldUnits]
    unshipped: int


async def units_of_lines(
    order_number: str, *, policy: Policy, now: datetime
) -> Mapping[str, LineUnits]:
    """Return by line id where its units are, by one statement; empty without such an order."""
    row = await first_row(_ORDER, order_number)
    if row is None:
        return {}
    known = with_json(row, "lines", "shipments", "returned")
    returned = known["returned"] or []
    facts = order_facts(known, known["lines"] or [], known["shipments"] or [])
    free = returnable(facts, held_by_returns(returned), policy=policy, now=now)
    return {
        line_id: LineUnits(
            back=one.units,
            late=one.late,
            held=[_held(held) for held in returned if held["line_id"] == line_id and held["units"]],
            unshipped=one.cancellable,
        )
        for line_id, one in free.items()
    }


def _held(row: Mapping[str, Any]) -> HeldUnits:
    return HeldUnits(
        units=row["units"], number=row["number"], kind=row["of_kind"], state=row["state"]
    )
