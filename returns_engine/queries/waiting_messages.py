"""What was written to us and waits for an answer, and mail that went astray."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from returns_engine.queries.page import Page, page_of
from returns_engine.queries.place import Place
from returns_engine.queries.rows import first_row, rows, with_json
from returns_engine.queries.waiting import Waiting


class WaitingKind(StrEnum):
    """Why somebody is needed, as addresses spell it."""

    TO_ANSWER = "to_answer"
    NOT_ARRIVED = "not_arrived"
    WITHOUT_A_CASE = "without_a_case"


# `since` and `id` are those of the message that waits longest: a return's place is its place.
_TO_ANSWER = """
SELECT r.number, o.number AS order_number, c.name, min(m.created_at) AS since,
       (array_agg(m.id ORDER BY m.created_at, m.id))[1] AS id, count(*) AS count,
       (array_agg(m.text ORDER BY m.created_at DESC, m.id))[1] AS words
FROM messages m JOIN returns r ON r.id = m.return_id JOIN orders o ON o.id = r."order"
LEFT JOIN order_contacts c ON c."order" = o.id
WHERE m.settled_at IS NULL AND m.direction = 'in' AND m.state = 'received' AND NOT m.internal
GROUP BY r.id, o.number, c.name
"""
_NOT_ARRIVED = """
SELECT m.id, r.number, o.number AS order_number, c.name, m.subject, m.template, m.state, m.error,
       m.created_at AS since
FROM messages m JOIN returns r ON r.id = m.return_id JOIN orders o ON o.id = r."order"
LEFT JOIN order_contacts c ON c."order" = o.id
WHERE m.settled_at IS NULL AND m.direction = 'out' AND m.state IN ('refused', 'bounced')
"""
# The case that a stray mail names, or those of an order with its sender's address.
_WITHOUT_A_CASE = """
SELECT m.id, m.sender, m.subject, m.text AS words, m.context, m.created_at AS since,
       m.context->>'return_number' AS named,
       ARRAY(SELECT r.number FROM order_contacts c JOIN returns r ON r."order" = c."order"
             WHERE c.email = m.sender ORDER BY r.id DESC LIMIT 3) AS suggested
FROM messages m
WHERE m.settled_at IS NULL AND m.direction = 'in' AND m.state = 'unmatched'
"""
_COUNTS = """
SELECT count(DISTINCT m.return_id) FILTER (WHERE m.state = 'received') AS to_answer,
       min(m.created_at) FILTER (WHERE m.state = 'received') AS to_answer_since,
       count(*) FILTER (WHERE m.state IN ('refused', 'bounced')) AS not_arrived,
       min(m.created_at) FILTER (WHERE m.state IN ('refused', 'bounced')) AS not_arrived_since,
       count(*) FILTER (WHERE m.state = 'unmatched') AS without_a_case,
       min(m.created_at) FILTER (WHERE m.state = 'unmatched') AS without_a_case_since
FROM messages m
WHERE m.settled_at IS NULL AND (m.direction = 'in' OR m.state IN ('refused', 'bounced'))
  AND (m.return_id IS NOT NULL OR m.state = 'unmatched') AND NOT m.internal
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingMessages:
    """How many wait, and since when the oldest."""

    to_answer: Waiting
    not_arrived: Waiting
    without_a_case: Waiting


async def count_waiting_messages() -> WaitingMessages:
    """Count returns whose customer has the last word, mails that did not arrive, and stray ones."""
    found = await first_row(_COUNTS) or {}
    return WaitingMessages(
        to_answer=_waiting(found, "to_answer"),
        not_arrived=_waiting(found, "not_arrived"),
        without_a_case=_waiting(found, "without_a_case"),
    )


def _waiting(found: dict[str, Any], name: str) -> Waiting:
    return Waiting(count=found[name], oldest_at=found[f"{name}_since"])


async def read_waiting_messages(
    kind: WaitingKind, *, limit: int, after: Place | None = None, newest_first: bool = False
) -> Page:
    """Return a page of what waits of `kind`, by one statement: longest waiting first, or last.

    Returns whose customer has the last word; mails of ours that were refused or came back, and
    that nobody has seen to; mails that fit no case, with the returns they could be about.
    """
    values = [after.at, after.id] if after else []
    statement = _statement(kind, further=after is not None, newest_first=newest_first)
    found = await rows(statement, *values, limit + 1)
    return page_of(found, limit, shape=_SHAPES[kind], place=_place)


def _statement(kind: WaitingKind, *, further: bool, newest_first: bool) -> str:
    way, than = (" DESC", "<") if newest_first else ("", ">")
    if kind is WaitingKind.TO_ANSWER:
        key = "min(m.created_at), (array_agg(m.id ORDER BY m.created_at, m.id))[1]"
        beyond = f"HAVING ({key}) {than} ({{}}, {{}})"
    else:
        beyond = f"AND (m.created_at, m.id) {than} ({{}}, {{}})"
    order = f"ORDER BY since{way}, id{way} LIMIT {{}}"
    return f"{_SELECTED[kind]}{beyond if further else ''} {order}"


def _place(row: Mapping[str, Any]) -> str:
    return str(Place(at=row["since"], id=row["id"]))


def _with_suggestions(row: dict[str, Any]) -> dict[str, Any]:
    numbers = dict.fromkeys(one for one in (row["named"], *row["suggested"]) if one)
    return with_json(row, "context") | {"suggested": list(numbers)}


_SELECTED = {
    WaitingKind.TO_ANSWER: _TO_ANSWER,
    WaitingKind.NOT_ARRIVED: _NOT_ARRIVED,
    WaitingKind.WITHOUT_A_CASE: _WITHOUT_A_CASE,
}
_SHAPES: Mapping[WaitingKind, Callable[[dict[str, Any]], dict[str, Any]]] = {
    WaitingKind.TO_ANSWER: dict,
    WaitingKind.NOT_ARRIVED: dict,
    WaitingKind.WITHOUT_A_CASE: _with_suggestions,
}
