"""Send a mail that a use case wrote down: rendered now, sent once, kept with its result."""

from datetime import datetime
from email.headerregistry import Address
from typing import Any
from uuid import UUID

from returns_engine.gateways.mail.gateway import (
    Attachment,
    Mail,
    MailGateway,
    MailRefused,
    MailUnavailable,
)
from returns_engine.letters.letter import Letter, write_letter
from returns_engine.queries.rows import loaded
from returns_engine.rules.policy import Policy
from returns_engine.settings import Settings
from returns_engine.tables.engine import connection, transaction
from returns_engine.tables.messages import Message
from returns_engine.texts.localized import texts_in
from returns_engine.workflow.letter_facts import Addressee, letter_facts

WITH_LABEL = frozenset({"return_approved", "label_reminder"})
_LONGEST_ERROR = 255
_MESSAGE = """
SELECT m.id, m.state, m.template, m.context, m.tries, m.return_id,
       COALESCE(m.recipient, c.email) AS recipient, o.number AS order_number, c.name
FROM messages m JOIN orders o ON o.id = m."order"
LEFT JOIN order_contacts c ON c."order" = o.id
WHERE m.id = $1 FOR UPDATE OF m
"""
_LABEL = """
SELECT p.pdf FROM label_documents p JOIN labels l ON l.id = p.label WHERE l.return_id = $1
"""


async def send_message(
    message_id: UUID, *, mail: MailGateway, settings: Settings, policy: Policy, now: datetime
) -> None:
    """Send a message that waits; does nothing for one that was sent, refused or erased.

    The row is locked meanwhile, so that two workers send one mail. Raises MailUnavailable, the
    try counted, for the job to be run again later.
    """
    async with transaction():
        row = await connection().fetchrow(_MESSAGE, message_id)
        if row is None or row["state"] != "queued":
            return
        failure = await _send(dict(row), mail, settings, policy, now)
    if failure is not None:
        raise failure


async def _send(
    row: dict[str, Any], mail: MailGateway, settings: Settings, policy: Policy, now: datetime
) -> MailUnavailable | None:
    """Send and keep what came of it; a failure that may pass is returned, to be committed first."""
    letter = await _letter(row, settings, policy, now)
    kept = {"subject": letter.subject, "text": letter.text, "tries": row["tries"] + 1}
    if not row["recipient"]:
        await _keep(row["id"], {**kept, "state": "refused", "error": "no mail address on file"})
        return None
    try:
        await mail.send(await _mail(row, letter, settings))
    except MailRefused as refusal:
        error = str(refusal)[:_LONGEST_ERROR]
        await _keep(row["id"], {**kept, "state": "refused", "error": error})
    except MailUnavailable as failure:
        await _keep(row["id"], {**kept, "error": str(failure)[:_LONGEST_ERROR]})
        return failure
    else:
        await _keep(row["id"], {**kept, "state": "sent", "error": None, "sent_at": now})
    return None


async def _keep(message_id: UUID, values: dict[str, object]) -> None:
    await Message.update(values).where(Message.id == message_id)  # type: ignore[arg-type]  # names


async def _letter(row: dict[str, Any], settings: Settings, policy: Policy, now: datetime) -> Letter:
    addressee = Addressee(
        order_number=row["order_number"], name=row["name"] or "", return_id=row["return_id"]
    )
    facts = await letter_facts(
        addressee,
        loaded(row["context"]),
        settings=settings,
        policy=policy,
        texts=texts_in("en"),
        now=now,
    )
    return write_letter(row["template"], facts, zone=policy.zone)


async def _mail(row: dict[str, Any], letter: Letter, settings: Settings) -> Mail:
    host = settings.mail_from.rpartition("@")[2]
    sender = Address(display_name=settings.shop_name, addr_spec=settings.mail_from)
    return Mail(
        to=row["recipient"],
        sender=str(sender),
        reply_to=settings.mail_from,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        # The same at every try, so that a mail that arrives twice is recognized as one.
        message_id=f"<{row['id']}@{host}>",
        attachments=await _attachments(row),
    )


async def _attachments(row: dict[str, Any]) -> tuple[Attachment, ...]:
    if row["template"] not in WITH_LABEL:
        return ()
    number = loaded(row["context"])["return_number"]
    pdf = await connection().fetchval(_LABEL, row["return_id"])
    if pdf is None:
        return ()
    return (
        Attachment(filename=f"{number}.pdf", content_type="application/pdf", content=bytes(pdf)),
    )
