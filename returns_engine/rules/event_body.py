"""What is hashed of an event: ids, amounts, dates and clauses, in one fixed shape."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

RETURN_OPENED = "return.opened"
"""In the chain of an order: a return of this number came to be; so one that is gone is missed."""


def order_chain(order_number: str) -> str:
    """Return the name of an order's own chain."""
    return f"order:{order_number}"


def event_body(row: Mapping[str, Any]) -> dict[str, object]:
    """Return exactly what is hashed of a row of `events` (`data` as an object, `at` aware)."""
    at: datetime = row["at"]
    return {
        "chain": row["chain"],
        "sequence": row["sequence"],
        "type": row["type"],
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": {"kind": row["actor_kind"], "id": row["actor_id"]},
        "from": row["from_state"],
        "to": row["to_state"],
        "reason": row["reason"],
        "data": row["data"],
    }
