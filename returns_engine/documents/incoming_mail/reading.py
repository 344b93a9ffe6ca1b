"""Read a mail from its bytes (RFC 5322), however it was written."""

from email import message_from_bytes
from email.message import EmailMessage
from typing import Any

from returns_engine.documents.incoming_mail.automatic import bounce_of, is_automatic
from returns_engine.documents.incoming_mail.headers import (
    HeadersInBounds,
    addressed_to,
    answered_mails,
    own_id,
    the_sender,
    the_subject,
)
from returns_engine.documents.incoming_mail.mail import IncomingMail, UnreadableMail
from returns_engine.documents.incoming_mail.own_words import own_words
from returns_engine.documents.incoming_mail.parts import parts_of

LARGEST_MAIL = 50 * 1024 * 1024
_FORWARDED = ("fw:", "fwd:", "wg:", "tr:", "rv:")


def read_mail(raw: bytes) -> IncomingMail:
    """Return what a mail says.

    Raises UnreadableMail for what is none, above 50 MiB, and above 64 KiB of headers.
    """
    if len(raw) > LARGEST_MAIL:
        raise UnreadableMail("The mail is larger than 50 MiB.")
    try:
        policy: Any = HeadersInBounds()
        return _read(message_from_bytes(_without_envelope(raw), policy=policy), raw)
    except UnreadableMail:
        raise
    except Exception as error:  # noqa: BLE001 - what is built to break a parser breaks it in any way
        raise UnreadableMail(f"The mail cannot be taken apart: {type(error).__name__}.") from None


def _without_envelope(raw: bytes) -> bytes:
    """Leave out the line `From somebody …` that some mail servers write before the mail."""
    return raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw


def _read(mail: EmailMessage, raw: bytes) -> IncomingMail:
    if "From" not in mail:
        raise UnreadableMail("This is no mail: it has no header that says from whom it is.")
    subject = the_subject(mail)
    parts = parts_of(mail)
    return IncomingMail(
        message_id=own_id(mail, raw),
        sender=the_sender(mail),
        addressed_to=addressed_to(mail),
        subject=subject,
        answers=answered_mails(mail),
        words=own_words(parts.text, forwarded=subject.casefold().startswith(_FORWARDED)),
        pictures=tuple(parts.pictures),
        left_out=tuple(parts.others),
        automatic=is_automatic(mail),
        bounce=bounce_of(mail),
    )
