"""What was written to us and waits for an answer, and mail that went astray."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from returns_engine.queries.rows import first_row, rows, with_json
from returns_engine.queries.waiting import Waiting

SHOWN = 50

_TO_ANSWER = """
SELECT r.number, o.number AS order_number, c.name, min(m.created_at) AS oldest_at,
       count(*) AS count, (array_agg(m.text ORDER BY m.created_at DESC, m.id))[1] AS words
FROM messages m JOIN returns r ON r.id = m.return_id JOIN orders o ON o.id = r."order"
LEFT JOIN order_contacts c ON c."order" = o.id
WHERE m.settled_at IS NULL AND m.direction = 'in' AND m.state = 'received' AND NOT m.internal
GROUP BY r.id, o.number, c.name ORDER BY oldest_at, r.id LIMIT {}
"""
_NOT_ARRIVED = """
SELECT m.id, r.number, c.name, m.subject, m.template, m.state, m.error, m.created_at
FROM messages m JOIN returns r ON r.id = m.return_id
LEFT JOIN order_contacts c ON c."order" = r."order"
WHERE m.settled_at IS NULL AND m.direction = 'out' AND m.state IN ('refused', 'bounced')
ORDER BY m.created_at, m.id LIMIT {}
"""
# The case that a stray mail names, or those of an order with its sender's address.
_WITHOUT_A_CASE = """
SELECT m.id, m.sender, m.subject, m.text, m.context, m.created_at,
       m.context->>'return_number' AS named,
       ARRAY(SELECT r.number FROM order_contacts c JOIN returns r ON r."order" = c."order"
             WHERE c.email = m.sender ORDER BY r.id DESC LIMIT 3) AS suggested
FROM messages m
WHERE m.settled_at IS NULL AND m.direction = 'in' AND m.state = 'unmatched'
ORDER BY m.created_at, m.id LIMIT {}
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


async def returns_to_answer() -> Sequence[dict[str, Any]]:
    """Return the returns whose customer has the last word, those that wait longest first."""
    return await rows(_TO_ANSWER, SHOWN)


async def mails_not_arrived() -> Sequence[dict[str, Any]]:
    """Return mails of ours that were refused or came back, and that nobody has seen to."""
    return await rows(_NOT_ARRIVED, SHOWN)


async def mails_without_a_case() -> Sequence[dict[str, Any]]:
    """Return mails that fit no case, with the returns they could be about."""
    found = await rows(_WITHOUT_A_CASE, SHOWN)
    return [_with_suggestions(with_json(row, "context")) for row in found]


def _with_suggestions(row: dict[str, Any]) -> dict[str, Any]:
    numbers = dict.fromkeys(one for one in (row["named"], *row["suggested"]) if one)
    return row | {"suggested": list(numbers)}
