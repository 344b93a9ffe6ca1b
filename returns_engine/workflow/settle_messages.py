"""What was written, or did not arrive, needs nothing more: a person says so."""

from datetime import datetime
from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.record_events import NewEvent, record_staff_event
from returns_engine.workflow.refusals import Conflict
from returns_engine.workflow.return_case import load_case, save_case

_SETTLE = """
UPDATE messages SET settled_at = $2
WHERE return_id = $1 AND settled_at IS NULL
  AND (direction = 'in' OR state IN ('refused', 'bounced'))
RETURNING id
"""
_SET_ASIDE = """
UPDATE messages SET state = 'set_aside', settled_at = $2
WHERE id = $1 AND state = 'unmatched' RETURNING id
"""


async def settle_messages(number: str, *, actor: Actor, now: datetime) -> None:
    """Take a return's messages off the list of what waits; harmless twice."""
    async with transaction():
        case = await load_case(number)
        if await connection().fetch(_SETTLE, case.id, now):
            case.record(NewEvent(type="messages.settled"))
            await save_case(case, actor=actor, now=now)


async def set_mail_aside(mail_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Put away a mail that fits no case; raises Conflict where somebody was faster."""
    async with transaction():
        if not await connection().fetch(_SET_ASIDE, mail_id, now):
            raise already_seen_to()
        event = NewEvent(type="mail.set_aside", data={"message_id": str(mail_id)})
        await record_staff_event(event, actor=actor, now=now)


def already_seen_to() -> Conflict:
    """Return the refusal of a mail that no longer waits."""
    return Conflict("already_seen_to", "Somebody has seen to this mail already.")
