"""Every mail and message of a return, with what became of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from returns_engine.queries.moments import utc_text
from returns_engine.queries.page import Page, one_more, page_of
from returns_engine.queries.rows import rows, with_json
from returns_engine.rules.label_mails import LABEL_MAILS

_MESSAGES = """
SELECT m.id, m.direction, m.template, m.subject, m.text, m.context, m.state, m.error, m.sender,
       m.created_at, m.sent_at, m.settled_at, m.internal, m.resend_of,
       (m.direction = 'out' AND c.email IS NOT NULL AND m.state <> 'queued'
        AND m.template <> 'lookup_code'
        AND (r.label_issued_at IS NOT NULL OR m.template <> ALL({})) AND NOT EXISTS (
            SELECT FROM messages other WHERE other.state = 'queued'
            AND COALESCE(m.resend_of, m.id) IN (other.id, other.resend_of))) AS can_resend
FROM messages m JOIN returns r ON r.id = m.return_id
LEFT JOIN order_contacts c ON c."order" = m."order"
WHERE r.number = {}
"""
_AFTER = "AND (m.created_at, m.id) > ({}, {})"
_IN_ORDER = "ORDER BY m.created_at, m.id LIMIT {}"


async def read_messages(number: str) -> list[dict[str, Any]]:
    """Return every mail and message of a return, oldest first, by one statement; for staff.

    `state` is queued, sent, refused, bounced or received; `error` is the mail server's word.
    """
    return list((await list_messages(number)).items)


async def list_messages(
    number: str, *, limit: int | None = None, cursor: str | None = None
) -> Page:
    """Return a page of the mails and messages of a return, all of them without a limit."""
    values: list[object] = [list(LABEL_MAILS), number]
    after = ""
    if cursor is not None:
        at, _, last = cursor.partition(" ")
        after = _AFTER
        values += [datetime.fromisoformat(at), UUID(last)]
    found = await rows(f"{_MESSAGES} {after} {_IN_ORDER}", *values, one_more(limit))
    return page_of(
        found,
        limit,
        shape=_shape,
        place=lambda row: f"{row['created_at'].isoformat()} {row['id']}",
    )


async def read_messages_for_customer(number: str) -> list[dict[str, Any]]:
    """Return what went between the customer and us, without what only staff may know."""
    return messages_for_customer(await read_messages(number))


def messages_for_customer(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what only staff may know: whole messages, and members of the others."""
    shown = [one for one in messages if not one["internal"]]
    return [{name: one[name] for name in _FOR_CUSTOMERS} for one in shown]


def found_message(messages: list[dict[str, Any]], message_id: UUID) -> dict[str, Any] | None:
    """Return the message with this id among `messages`, or None."""
    return next((one for one in messages if one["id"] == str(message_id)), None)


_FOR_CUSTOMERS = (
    *("id", "direction", "template", "subject", "text", "state", "at", "sent_at", "resend_of"),
    *("can_resend", "cut", "files_left_out"),
)


def _shape(row: Mapping[str, Any]) -> dict[str, Any]:
    context = with_json(row, "context")["context"] or {}
    incoming = row["direction"] == "in"
    return {
        "id": str(row["id"]),
        "direction": row["direction"],
        "template": row["template"],
        "subject": row["subject"],
        "text": row["text"],
        "state": row["state"],
        "at": utc_text(row["created_at"]),
        "sent_at": utc_text(row["sent_at"]),
        "resend_of": None if row["resend_of"] is None else str(row["resend_of"]),
        "can_resend": row["can_resend"],
        # Of a mail to us: how many characters, and which files, were not kept.
        "cut": context.get("cut", 0) if incoming else 0,
        "files_left_out": context.get("files_left_out", []) if incoming else [],
        "error": row["error"],
        "sender": row["sender"],
        "internal": row["internal"],
        "settled_at": utc_text(row["settled_at"]),
    }
