"""What the engine asks of a mail server, and the two ways in which it can fail."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that travels with a mail; `content_type` like `application/pdf`.

    One with a `cid` is a picture of the HTML, which names it as `cid:`; a mail without HTML is
    sent without it.
    """

    filename: str
    content_type: str
    content: bytes
    cid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one person, as text and, where given, as HTML too.

    `message_id` (with its angle brackets) is chosen by the caller and kept over retries, so that
    a mail sent twice is recognized as one. `answers` are the Message-IDs of the mails before it,
    the nearest last, so that mail programs show them together.
    """

    to: str
    sender: str
    reply_to: str | None
    subject: str
    text: str
    html: str | None
    message_id: str
    answers: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()


class MailRefused(Exception):  # noqa: N818 - named for what happened
    """The mail server says no for good, or the mail cannot be written: trying again is no use."""


class MailUnavailable(Exception):  # noqa: N818 - named for what happened
    """The mail server says not now, or nothing: the same mail may be sent again later."""


class MailGateway(Protocol):
    """A way to send mail."""

    async def send(self, mail: Mail) -> None:
        """Hand the mail to the server; raise MailRefused or MailUnavailable when it is not taken.

        A mail may arrive twice after MailUnavailable: the server can have taken it and its answer
        been lost.
        """
