"""A mail that fitted no case is put to the one that a person names."""

from datetime import datetime
from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import load_case, save_case
from returns_engine.workflow.settle_messages import already_seen_to

_ATTACH = """
UPDATE messages
SET "order" = $2, return_id = $3, state = 'received', internal = true, settled_at = $4
WHERE id = $1 AND state = 'unmatched' RETURNING id
"""


async def attach_mail(mail_id: UUID, number: str, *, actor: Actor, now: datetime) -> None:
    """Keep a mail with a return, for staff alone: nobody has proved who wrote it.

    Raises NotFound for an unknown return, Conflict where somebody was faster.
    """
    async with transaction():
        case = await load_case(number)
        if not await connection().fetch(_ATTACH, mail_id, case.order, case.id, now):
            raise already_seen_to()
        case.record(NewEvent(type="mail.attached", data={"message_id": str(mail_id)}))
        await save_case(case, actor=actor, now=now)
