"""Headers of a mail, read so that none of them can stop us."""

import hashlib
import re
from email.message import EmailMessage
from email.policy import EmailPolicy

from returns_engine.documents.incoming_mail.cleaning import clean_line
from returns_engine.documents.incoming_mail.mail import UnreadableMail

MOST_OF_HEADERS = 64 * 1024
LONGEST_HEADER = 8 * 1024
_LONGEST_OF_CONTENT = 2 * 1024
MOST_REFERENCES = 50
_LONGEST_ID = 255
_LONGEST_SUBJECT = 255
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_WHERE_TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")


class HeadersInBounds(EmailPolicy):
    """The standard library's way to read one mail, as long as its headers are of a usual size.

    Its parser takes the square of a header's length, at each look. Reading raises UnreadableMail
    above 64 KiB of headers, those of parts and of enclosed mails with them; of a single one the
    first 8 KiB are kept, of what describes a part 2 KiB.
    """

    left: int

    def __init__(self) -> None:
        """Begin to count; each mail has a policy of its own."""
        super().__init__(message_factory=EmailMessage)
        # A policy refuses to be changed, and what is left has to be known where a header is read.
        object.__setattr__(self, "left", MOST_OF_HEADERS)

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Take the lines of a header in."""
        name, value = super().header_source_parse(sourcelines)
        left = self.left - len(name) - len(value)
        if left < 0:
            raise UnreadableMail("The mail has more than 64 KiB of headers.")
        object.__setattr__(self, "left", left)
        of_content = name.casefold().startswith("content-")
        return name, value[: _LONGEST_OF_CONTENT if of_content else LONGEST_HEADER]


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
