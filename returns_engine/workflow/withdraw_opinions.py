"""Take back a rejection that waits for a second opinion, by who rejected, while nobody gave one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg

from returns_engine.rules.lifecycle.opinion_states import OpinionEvent, OpinionState, next_opinion
from returns_engine.tables.engine import connection
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import ReturnCase

TAKEN_BACK = "taken_back"

_ASKED = """
SELECT id, return_line, quantity, asked_at FROM opinions
WHERE return_id = $1 AND cause = 'value' AND state = 'asked' AND first_by = $2
  AND asked_at >= $3 AND asked_at = (
      SELECT max(asked_at) FROM opinions
      WHERE return_id = $1 AND cause = 'value' AND state = 'asked' AND first_by = $2)
ORDER BY id
"""
_WITHDRAW = """
UPDATE opinions SET state = 'withdrawn', version = version + 1 WHERE id = ANY($1::uuid[])
"""


async def asked_last(
    case: ReturnCase, *, person: int | None, since: datetime
) -> Sequence[asyncpg.Record]:
    """Return the opinions that the last sitting of `person` asked for, if it was `since` then.

    Must run in a transaction that holds the return.
    """
    rows: Sequence[asyncpg.Record] = await connection().fetch(_ASKED, case.id, person, since)
    return rows


async def withdraw_asked(case: ReturnCase, asked: Sequence[asyncpg.Record]) -> None:
    """Let the units wait for the bench again; the customer never heard of it, and hears nothing."""
    by_id = {line.id: line for line in case.lines}
    after = next_opinion(OpinionState.ASKED, OpinionEvent.WITHDRAW)
    for row in asked:
        line = by_id[row["return_line"]]
        line.add("in_opinion", -row["quantity"])
        data: dict[str, Any] = {
            "opinion_id": str(row["id"]),
            "line_id": line.line_id,
            "quantity": row["quantity"],
        }
        case.record(
            NewEvent(
                type=f"opinion.{after}",
                from_state=str(OpinionState.ASKED),
                to_state=str(after),
                reason=TAKEN_BACK,
                data=data,
            )
        )
    await connection().execute(_WITHDRAW, [row["id"] for row in asked])
