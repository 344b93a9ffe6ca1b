"""What happened to a return, in order."""

from collections.abc import Mapping
from typing import Any

from returns_engine.queries.moments import utc_text
from returns_engine.queries.page import Page, one_more, page_of
from returns_engine.queries.rows import loaded, rows
from returns_engine.rules.event_audience import FOR_STAFF_ALONE

_EVENTS = """
SELECT e.sequence, e.type, e.at, e.actor_kind, e.from_state, e.to_state, e.reason, e.data,
       e.previous_hash, e.hash, t.value AS text,
       CASE e.actor_kind
           WHEN 'staff' THEN (
               SELECT COALESCE(NULLIF(trim(concat_ws(' ', u.first_name, u.last_name)), ''),
                               u.username)
               FROM piccolo_user u WHERE u.id::text = e.actor_id)
           WHEN 'api_key' THEN (SELECT k.name FROM api_keys k WHERE k.id::text = e.actor_id)
           ELSE e.actor_kind
       END AS actor_name
FROM events e LEFT JOIN event_texts t ON t.event = e.id
WHERE e.chain = {} AND e.sequence > {} ORDER BY e.sequence LIMIT {}
"""


async def read_events(number: str) -> list[dict[str, Any]]:
    """Return the events of a return (contract, "Event") with their texts, oldest first.

    For staff: what a customer may see of them is `read_events_for_customer`.
    """
    return list((await list_events(number)).items)


async def list_events(number: str, *, limit: int | None = None, cursor: str | None = None) -> Page:
    """Return a page of the events of a return, all of them without a limit."""
    found = await rows(_EVENTS, number, int(cursor or 0), one_more(limit))
    return page_of(found, limit, shape=_shape, place=lambda row: str(row["sequence"]))


async def read_events_for_customer(number: str) -> list[dict[str, Any]]:
    """Return the events without those between colleagues; their sequence numbers are missing."""
    return [event for event in await read_events(number) if event["type"] not in FOR_STAFF_ALONE]


def _shape(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sequence": row["sequence"],
        "type": row["type"],
        "at": utc_text(row["at"]),
        "actor": {"kind": row["actor_kind"], "name": row["actor_name"]},
        "from": row["from_state"],
        "to": row["to_state"],
        "reason": row["reason"],
        "data": loaded(row["data"]),
        "text": row["text"],
        "previous_hash": row["previous_hash"],
        "hash": row["hash"],
    }
