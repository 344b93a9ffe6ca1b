"""Mail to us: put to its case, or kept for a person (39)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

import asyncpg

from returns_engine.documents.incoming_mail.mail import IncomingMail
from returns_engine.documents.incoming_mail.reading import read_mail
from returns_engine.documents.request import MOST_PHOTOS
from returns_engine.gateways.photo_store.store import PhotoStore
from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.permission import PermissionEvent, PermissionState
from returns_engine.rules.words import ActorKind
from returns_engine.tables.engine import transaction
from returns_engine.tables.messages import Message
from returns_engine.workflow.contacts import normalized_email
from returns_engine.workflow.find_mails_case import MailsCase, find_mails_case
from returns_engine.workflow.note_bounce import note_bounce
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import load_case, save_case
from returns_engine.workflow.store_photo import NotAPhoto, PhotoTooLarge, store_photo


class MailOutcome(StrEnum):
    """What became of a mail."""

    TAKEN = "taken"
    KEPT_FOR_A_PERSON = "kept_for_a_person"
    KNOWN = "known"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTaken:
    """What became of a mail, and the return it was put to or was about."""

    outcome: MailOutcome
    return_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Files:
    """The photos that were kept, and the names of what was not."""

    photo_ids: list[str]
    left_out: list[str]


async def take_mail_in(
    raw: bytes, *, our_address: str, photos: PhotoStore, now: datetime
) -> MailTaken:
    """Take one mail in, as its bytes came; raises UnreadableMail.

    From the customer's address on file it becomes a message of theirs, or the answer to our
    question. From anybody else it is kept for a person and shown to no customer. What a program
    wrote is let go; a mail of ours that came back is marked. Nothing is ever answered, so nobody
    learns which returns there are. The same mail twice is taken once.
    """
    mail = read_mail(raw)
    if mail.bounce is not None:
        number = await note_bounce(mail.bounce, now=now)
        return MailTaken(outcome=MailOutcome.BOUNCE, return_number=number)
    if mail.automatic or mail.sender == normalized_email(our_address):
        return MailTaken(outcome=MailOutcome.AUTOMATIC)
    try:
        return await _take(mail, photos, now)
    except asyncpg.UniqueViolationError:
        # Another process took the same mail in between our looking and our writing.
        return MailTaken(outcome=MailOutcome.KNOWN)


async def _take(mail: IncomingMail, photos: PhotoStore, now: datetime) -> MailTaken:
    if await Message.exists().where(Message.message_id == mail.message_id):
        return MailTaken(outcome=MailOutcome.KNOWN)
    case = await find_mails_case(mail)
    if case is None or not case.by_customer:
        return await _keep_for_a_person(mail, case, now)
    actor = Actor(kind=ActorKind.CUSTOMER, order=case.order_number)
    files = await _store_pictures(mail, case, photos, actor, now)
    return await _put_to_case(mail, case, files, actor, now)


async def _keep_for_a_person(
    mail: IncomingMail, case: MailsCase | None, now: datetime
) -> MailTaken:
    number = case.number if case else None
    left_out = [*(name for name, _ in mail.pictures), *mail.left_out]
    message = _message(mail, left_out, now, return_number=number)
    message.state = "unmatched"
    async with transaction():
        await Message.insert(message)
    return MailTaken(outcome=MailOutcome.KEPT_FOR_A_PERSON, return_number=number)


async def _store_pictures(
    mail: IncomingMail, case: MailsCase, photos: PhotoStore, actor: Actor, now: datetime
) -> _Files:
    kept: list[str] = []
    left_out: list[str] = []
    for name, content in mail.pictures:
        if len(kept) == MOST_PHOTOS:
            left_out.append(name)
            continue
        try:
            photo_id = await store_photo(
                content, order_number=case.order_number, photos=photos, actor=actor, now=now
            )
        except (NotAPhoto, PhotoTooLarge):
            left_out.append(name)
        else:
            kept.append(str(photo_id))
    return _Files(photo_ids=kept, left_out=[*left_out, *mail.left_out])


async def _put_to_case(
    mail: IncomingMail, known: MailsCase, files: _Files, actor: Actor, now: datetime
) -> MailTaken:
    async with transaction():
        case = await load_case(known.number)
        message = _message(mail, files.left_out, now)
        message.order, message.return_ = case.order, case.id
        data: dict[str, object] = {
            "message_id": str(message.id),
            "photo_ids": files.photo_ids,
            "cut": mail.words.cut,
            "files_left_out": len(files.left_out),
        }
        if case.permission is PermissionState.NEEDS_INFO:
            event = NewEvent(type="return.answered", data=data, text=mail.words.text)
            case.permit(PermissionEvent.ANSWER, event)
            # It waits among what is to be reviewed, not among what is to be answered.
            message.settled_at = now
        else:
            case.record(NewEvent(type="message.written", data=data, text=mail.words.text))
        case.messages.append(message)
        await save_case(case, actor=actor, now=now)
    return MailTaken(outcome=MailOutcome.TAKEN, return_number=known.number)


def _message(mail: IncomingMail, left_out: list[str], now: datetime, **context: object) -> Message:
    new_id: UUID = uuid4()
    return Message(
        id=new_id,
        direction="in",
        state="received",
        sender=mail.sender,
        message_id=mail.message_id,
        subject=mail.subject,
        text=mail.words.text,
        context={"cut": mail.words.cut, "files_left_out": left_out, **context},
        created_at=now,
    )
