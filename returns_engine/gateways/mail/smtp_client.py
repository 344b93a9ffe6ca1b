"""The real way to send mail: SMTP, to the server that the settings name."""

from collections.abc import Sequence
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal

import aiosmtplib

from returns_engine.gateways.clock import Clock
from returns_engine.gateways.mail.gateway import Attachment, Mail, MailRefused, MailUnavailable

TIMEOUT_SECONDS = 15.0
PERMANENT = 500


class SmtpClient:
    """Sends each mail over a connection of its own.

    `security` is `none` (a relay on this machine), `starttls` or `tls` (encrypted from the first
    byte); a name and a password are sent only when both are given.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        clock: Clock,
        username: str | None = None,
        password: str | None = None,
        security: Literal["none", "starttls", "tls"] = "none",
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._clock = clock
        self._host, self._port, self._timeout = host, port, timeout
        self._username, self._password = username or None, password or None
        self._security = security

    async def send(self, mail: Mail) -> None:
        """Send the mail; MailRefused for good, MailUnavailable for now."""
        message = self._message_from(mail)
        try:
            await aiosmtplib.send(
                message,
                hostname=self._host,
                port=self._port,
                username=self._username,
                password=self._password,
                use_tls=self._security == "tls",
                start_tls=self._security == "starttls",
                timeout=self._timeout,
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _as_ours(error) from error

    def _message_from(self, mail: Mail) -> EmailMessage:
        try:
            return _written(mail, sent_at=format_datetime(self._clock()))
        except (ValueError, IndexError, MessageError) as error:
            # A line break in a subject or an address that is none: no retry makes it better.
            raise MailRefused(f"The mail cannot be written: {error}.") from error


def _written(mail: Mail, *, sent_at: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = mail.sender
    message["To"] = Address(addr_spec=mail.to)
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    message["Subject"] = mail.subject
    message["Date"] = sent_at
    message["Message-ID"] = mail.message_id
    if mail.answers:
        message["In-Reply-To"] = mail.answers[-1]
        message["References"] = " ".join(mail.answers)
    # Tells other programs not to answer with "I am out of the office" (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html")
        _show(message, [one for one in mail.attachments if one.cid is not None])
    for attachment in mail.attachments:
        if attachment.cid is None:
            _attach(message, attachment)
    return message


def _show(message: EmailMessage, pictures: Sequence[Attachment]) -> None:
    """Put the pictures beside the HTML that shows them (RFC 2387), among no files."""
    html = message.get_body(("html",))
    if html is None:
        return
    for picture in pictures:
        main, _, sub = picture.content_type.partition("/")
        html.add_related(
            picture.content,
            maintype=main,
            subtype=sub,
            filename=picture.filename,
            cid=f"<{picture.cid}>",
            disposition="inline",
        )


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    main, _, sub = attachment.content_type.partition("/")
    message.add_attachment(
        attachment.content, maintype=main, subtype=sub, filename=attachment.filename
    )


def _as_ours(error: Exception) -> Exception:
    code = _code_about_this_mail(error)
    if code is not None and code >= PERMANENT:
        return MailRefused(f"The mail server refuses with {code}.")
    return MailUnavailable(f"The mail server took nothing: {type(error).__name__}.")


def _code_about_this_mail(error: Exception) -> int | None:
    # A refused log-in, sender or greeting is the operator's to mend: the mail itself can wait.
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return max(refused.code for refused in error.recipients)
    if isinstance(error, aiosmtplib.SMTPRecipientRefused | aiosmtplib.SMTPDataError):
        return error.code
    return None
