"""Send a mail that a use case wrote down: rendered now, sent once, kept with its result."""

import re
from datetime import datetime
from email.headerregistry import Address
from typing import Any
from uuid import UUID

import structlog

from returns_engine.documents.mail_logo import MailLogo
from returns_engine.gateways.mail.gateway import (
    Attachment,
    Mail,
    MailGateway,
    MailRefused,
    MailUnavailable,
)
from returns_engine.letters.letter import Letter, write_letter
from returns_engine.queries.rows import loaded
from returns_engine.rules.label_mails import LABEL_MAILS
from returns_engine.rules.policy import Policy
from returns_engine.settings import Settings
from returns_engine.tables.engine import connection, transaction
from returns_engine.tables.messages import Message
from returns_engine.texts.catalogue import language_or_default
from returns_engine.texts.localized import texts_in
from returns_engine.workflow.letter_facts import Addressee, letter_facts

log = structlog.get_logger()
_LONGEST_ERROR = 255
_FIT_FOR_A_HEADER = re.compile(r"<[!-;=?-~]{1,250}>")
_MESSAGE = """
SELECT m.id, m.state, m.template, m.context, m.tries, m.return_id, m.created_at,
       COALESCE(m.recipient, c.email) AS recipient, o.number AS order_number, o.language, c.name
FROM messages m JOIN orders o ON o.id = m."order"
LEFT JOIN order_contacts c ON c."order" = o.id
WHERE m.id = $1 FOR UPDATE OF m
"""
# The first mail about a return, and the customer's last one: what our next one goes on from.
_BEFORE = """
(SELECT id::text AS known, true AS ours FROM messages
 WHERE return_id = $1 AND direction = 'out' AND id <> $2 AND created_at <= $3
 ORDER BY created_at, id LIMIT 1)
UNION ALL
(SELECT message_id, false FROM messages
 WHERE return_id = $1 AND message_id LIKE '<%' AND NOT internal
 ORDER BY created_at DESC, id LIMIT 1)
"""
_LABEL = """
SELECT p.pdf FROM label_documents p JOIN labels l ON l.id = p.label WHERE l.return_id = $1
"""


async def send_message(
    message_id: UUID,
    *,
    mail: MailGateway,
    logo: MailLogo | None,
    settings: Settings,
    policy: Policy,
    now: datetime,
) -> None:
    """Send a message that waits; does nothing for one that was sent, refused or erased.

    Its head is the `logo`, which travels inside it; without one the shop's name.

    The row is locked meanwhile, so that two workers send one mail. Raises MailUnavailable, the
    try counted, for the job to be run again later.
    """
    async with transaction():
        row = await connection().fetchrow(_MESSAGE, message_id)
        if row is None or row["state"] != "queued":
            return
        failure = await _send(dict(row), mail, logo, settings, policy, now=now)
    if failure is not None:
        raise failure


async def _send(
    row: dict[str, Any],
    mail: MailGateway,
    logo: MailLogo | None,
    settings: Settings,
    policy: Policy,
    *,
    now: datetime,
) -> MailUnavailable | None:
    """Send and keep what came of it; a failure that may pass is returned, to be committed first."""
    letter = await _letter(row, logo, settings, policy, now)
    kept = {"subject": letter.subject, "text": letter.text, "tries": row["tries"] + 1}
    if not row["recipient"]:
        await _keep(row["id"], {**kept, "state": "refused", "error": "no mail address on file"})
        return None
    try:
        await mail.send(await _mail(row, letter, logo, settings))
    except MailRefused as refusal:
        error = str(refusal)[:_LONGEST_ERROR]
        await _keep(row["id"], {**kept, "state": "refused", "error": error})
    except MailUnavailable as failure:
        await _keep(row["id"], {**kept, "error": str(failure)[:_LONGEST_ERROR]})
        # What it says holds no address: a kind of error alone.
        log.warning("mail_not_taken", message=str(row["id"]), error=str(failure))
        return failure
    else:
        await _keep(row["id"], {**kept, "state": "sent", "error": None, "sent_at": now})
    return None


async def _keep(message_id: UUID, values: dict[str, object]) -> None:
    await Message.update(values).where(Message.id == message_id)  # type: ignore[arg-type]  # names


async def _letter(
    row: dict[str, Any],
    logo: MailLogo | None,
    settings: Settings,
    policy: Policy,
    now: datetime,
) -> Letter:
    addressee = Addressee(
        order_number=row["order_number"], name=row["name"] or "", return_id=row["return_id"]
    )
    context = loaded(row["context"])
    # A code speaks the language of the page it was asked for on; all else that of the order.
    language = language_or_default(context.get("language") or row["language"])
    facts = await letter_facts(
        addressee,
        context,
        settings=settings,
        policy=policy,
        texts=texts_in(language),
        now=now,
    )
    if logo is not None:
        shown = {"cid": _logo_cid(settings), "width": logo.width, "height": logo.height}
        facts = {**facts, "logo": shown}
    return write_letter(row["template"], facts, zone=policy.zone, language=language)


def _logo_cid(settings: Settings) -> str:
    """Return the name of the logo inside a mail (RFC 2392), the same in all of them."""
    return f"logo@{_host(settings)}"


def _host(settings: Settings) -> str:
    return settings.mail_from.rpartition("@")[2]


async def _mail(
    row: dict[str, Any], letter: Letter, logo: MailLogo | None, settings: Settings
) -> Mail:
    host = _host(settings)
    sender = Address(display_name=settings.shop_name, addr_spec=settings.mail_from)
    return Mail(
        to=row["recipient"],
        sender=str(sender),
        reply_to=_reply_to(row, settings),
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        # The same at every try, so that a mail that arrives twice is recognized as one.
        message_id=f"<{row['id']}@{host}>",
        answers=await _mails_before(row, host),
        attachments=(*_pictures(logo, settings), *await _attachments(row)),
    )


def _reply_to(row: dict[str, Any], settings: Settings) -> str:
    """Return where an answer goes: with the RMA number in it, where the mail server allows."""
    number = loaded(row["context"]).get("return_number")
    if settings.mail_plus != "yes" or not number:
        return settings.mail_from
    name, _, host = settings.mail_from.rpartition("@")
    return f"{name}+{number}@{host}"


async def _mails_before(row: dict[str, Any], host: str) -> tuple[str, ...]:
    if row["return_id"] is None:
        return ()
    before = await connection().fetch(_BEFORE, row["return_id"], row["id"], row["created_at"])
    named = (f"<{one['known']}@{host}>" if one["ours"] else one["known"] for one in before)
    # What somebody else's program made up is repeated only where it is fit for a header.
    return tuple(name for name in named if _FIT_FOR_A_HEADER.fullmatch(name))


def _pictures(logo: MailLogo | None, settings: Settings) -> tuple[Attachment, ...]:
    if logo is None:
        return ()
    cid = _logo_cid(settings)
    return (
        Attachment(filename="logo.png", content_type="image/png", content=logo.content, cid=cid),
    )


async def _attachments(row: dict[str, Any]) -> tuple[Attachment, ...]:
    if row["template"] not in LABEL_MAILS:
        return ()
    number = loaded(row["context"])["return_number"]
    pdf = await connection().fetchval(_LABEL, row["return_id"])
    if pdf is None:
        return ()
    return (
        Attachment(filename=f"{number}.pdf", content_type="application/pdf", content=bytes(pdf)),
    )
