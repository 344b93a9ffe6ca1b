"""Headers of a mail, read so that none of them can stop us."""

import hashlib
import re
from email.message import EmailMessage

from returns_engine.documents.incoming_mail.cleaning import clean_line

MOST_REFERENCES = 50
_LONGEST_ID = 255
_LONGEST_SUBJECT = 255
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_WHERE_TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")


def header(mail: EmailMessage, name: str) -> str:
    """Return a header in one line, decoded; "" where it is missing or cannot be read."""
    try:
        return clean_line(str(mail.get(name, "")))
    except Exception:  # noqa: BLE001 - the standard library's parser trips over headers in many ways
        return ""


def addresses(mail: EmailMessage, name: str) -> tuple[str, ...]:
    """Return the addresses of a header in small letters.

    They are read from the header as it was sent: a display name that decodes to an address is
    none.
    """
    try:
        found = [one.addr_spec for given in mail.get_all(name, []) for one in given.addresses]
    except Exception:  # noqa: BLE001 - see above
        return ()
    return tuple(clean_line(one).casefold() for one in found if one)


def the_sender(mail: EmailMessage) -> str | None:
    """Return the one address a mail says it is from, or None."""
    found = addresses(mail, "From")
    return found[0] if len(found) == 1 and "@" in found[0] else None


def addressed_to(mail: EmailMessage) -> tuple[str, ...]:
    """Return every address the mail was sent to, as far as its headers tell."""
    return tuple(
        address
        for name in _WHERE_TO
        for address in (addresses(mail, name) or _plain_addresses(header(mail, name)))
    )


def _plain_addresses(text: str) -> tuple[str, ...]:
    """Return the addresses of a header that the standard library knows no structure of."""
    words = (word.strip("<>,;") for word in text.casefold().split())
    return tuple(word for word in words if "@" in word)


def the_subject(mail: EmailMessage) -> str:
    """Return the subject, at most 255 characters."""
    return header(mail, "Subject")[:_LONGEST_SUBJECT]


def message_ids(text: str) -> tuple[str, ...]:
    """Return the Message-IDs in a text, in its order, each once."""
    return tuple(dict.fromkeys(_MESSAGE_ID.findall(text)))[:MOST_REFERENCES]


def answered_mails(mail: EmailMessage) -> tuple[str, ...]:
    """Return the Message-IDs a mail answers, the nearest first."""
    nearest = message_ids(header(mail, "In-Reply-To"))
    before = tuple(reversed(message_ids(header(mail, "References"))))
    return tuple(dict.fromkeys((*nearest, *before)))[:MOST_REFERENCES]


def own_id(mail: EmailMessage, raw: bytes) -> str:
    """Return what a mail is recognized by when it comes twice: its Message-ID, else a digest."""
    found = message_ids(header(mail, "Message-ID"))
    if found:
        return found[0]
    # Each way it travels adds headers on top; what the sender wrote stays.
    body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2]
    told = "\n".join(header(mail, name) for name in ("From", "Date", "Subject", "Message-ID"))
    return f"sha256:{hashlib.sha256(told.encode() + body).hexdigest()}"[:_LONGEST_ID]
