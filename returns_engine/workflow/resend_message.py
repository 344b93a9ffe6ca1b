"""Send a letter again: missing mails are mostly in spam, and then a second one helps (65)."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from returns_engine.gateways.job_queue.jobs import Job
from returns_engine.queries.rows import loaded
from returns_engine.rules.actor import Actor
from returns_engine.rules.label_mails import LABEL_MAILS
from returns_engine.tables.engine import connection, transaction
from returns_engine.tables.messages import Message
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import Conflict, NotFound
from returns_engine.workflow.return_case import load_case, save_case

NEVER_AGAIN = frozenset({"lookup_code", "account_link"})
"""Letters that are sent once: a code or link lives for minutes, and is asked for anew."""

_LETTER = """
SELECT m.id, m.state, m.template, m.context, COALESCE(m.resend_of, m.id) AS first,
       c.email IS NOT NULL AS reachable,
       EXISTS (SELECT FROM messages other WHERE other.state = 'queued'
               AND COALESCE(m.resend_of, m.id) IN (other.id, other.resend_of)) AS waiting
FROM messages m LEFT JOIN order_contacts c ON c."order" = m."order"
WHERE m.id = $1 AND m.return_id = $2 AND m.direction = 'out'
"""


async def resend_message(number: str, message_id: UUID, *, actor: Actor, now: datetime) -> UUID:
    """Write the same letter again, to the address now on file; return the new message's id.

    Raises NotFound for what is no mail of ours about this return, and Conflict `still_waiting`
    while one of them has not left, or its label is void and the next one not made yet;
    `no_mail_address` where there is nobody to send it to.
    """
    async with transaction():
        case = await load_case(number)
        row = await connection().fetchrow(_LETTER, message_id, case.id)
        if row is None or row["template"] in NEVER_AGAIN:
            raise NotFound("mail")
        _refuse_in_vain(dict(row), label_issued=case.label_issued)
        again = Message(
            id=uuid4(),
            order=case.order,
            return_=case.id,
            template=row["template"],
            context=loaded(row["context"]),
            resend_of=row["first"],
            created_at=now,
        )
        case.messages.append(again)
        case.jobs.append(Job(task="send_message", args={"message_id": str(again.id)}))
        data = {"message_id": str(again.id), "resend_of": str(row["first"])}
        case.record(NewEvent(type="mail.resent", data=data))
        await connection().execute(
            "UPDATE messages SET settled_at = $2 WHERE id = $1 AND settled_at IS NULL",
            message_id,
            now,
        )
        await save_case(case, actor=actor, now=now)
        return UUID(str(again.id))


def _refuse_in_vain(row: dict[str, Any], *, label_issued: bool) -> None:
    if row["waiting"]:
        raise Conflict("still_waiting", "This mail is about to be sent.")
    if row["template"] in LABEL_MAILS and not label_issued:
        raise Conflict("still_waiting", "Its label is void; the next one has a mail of its own.")
    if not row["reachable"]:
        raise Conflict("no_mail_address", "There is no mail address on file to send it to.")
