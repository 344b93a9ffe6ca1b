"""A mail of ours came back: kept with the mail, so that somebody sees it (94)."""

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from returns_engine.documents.incoming_mail.mail import Bounce
from returns_engine.rules.actor import SYSTEM
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import load_case, save_case

_LONGEST_ERROR = 255
_OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[^@<>\s]+>", re.IGNORECASE)
_MAIL = """
SELECT m.id, r.number FROM messages m LEFT JOIN returns r ON r.id = m.return_id
WHERE m.id = ANY($1::uuid[]) AND m.direction = 'out'
ORDER BY array_position($1::uuid[], m.id) LIMIT 1
"""
_CAME_BACK = """
UPDATE messages SET state = 'bounced', error = $2, settled_at = NULL
WHERE id = $1 AND state IN ('queued', 'sent') RETURNING id
"""


def our_mails(message_ids: Iterable[str]) -> list[UUID]:
    """Return the ids of messages of ours among Message-IDs, in their order."""
    found = (_OURS.fullmatch(one) for one in message_ids)
    return [UUID(match[1]) for match in found if match]


async def note_bounce(bounce: Bounce, *, now: datetime) -> str | None:
    """Mark the mail that a server could not deliver; return its return's number, if it has one.

    Harmless twice. A mail that is only late, or is none of ours, changes nothing.
    """
    if not bounce.failed:
        return None
    async with transaction():
        row = await connection().fetchrow(_MAIL, our_mails(bounce.mails))
        if row is None:
            return None
        case = await load_case(row["number"]) if row["number"] else None
        says = " ".join(part for part in (bounce.status, bounce.says) if part)
        error = (says or "The mail server sent it back.")[:_LONGEST_ERROR]
        changed = await connection().fetch(_CAME_BACK, row["id"], error)
        if changed and case is not None:
            case.record(NewEvent(type="mail.bounced", data={"message_id": str(row["id"])}))
            await save_case(case, actor=SYSTEM, now=now)
        number: str | None = row["number"]
        return number
