"""The mailbox: a real SMTP server that keeps what it is sent, for `GET /messages`."""

import base64
from collections import deque
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from returns_engine.sandbox.fault_modes import RECEIVE_MAIL, Mode, Stage
from returns_engine.sandbox.faults import Faults

MOST_MESSAGES = 5_000
LARGEST_MAIL = 20 * 1024 * 1024
TAKEN = "250 OK"
NO = {
    Mode.MAIL_REFUSED: "550 5.1.1 Nobody here by that name",
    Mode.MAIL_UNAVAILABLE: "451 4.3.0 Not now, try again later",
}


class Mailbox:
    """Keeps the last 5,000 messages, oldest first; one for each person a mail was sent to."""

    def __init__(self, unix: Callable[[], int], faults: Faults) -> None:
        self._unix, self._faults = unix, faults
        self._messages: deque[dict[str, Any]] = deque(maxlen=MOST_MESSAGES)

    def messages(self, to: str | None = None) -> list[dict[str, Any]]:
        """Return the messages, all or those to one address in any letter case."""
        wanted = None if to is None else to.strip().casefold()
        return [m for m in self._messages if wanted in (None, m["to"].casefold())]

    def clear(self) -> None:
        """Throw all messages away."""
        self._messages.clear()

    def new_conversation(self) -> SMTP:
        """Return what talks to one client that connects."""
        return SMTP(
            self, hostname="mailbox.invalid", data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True
        )

    async def handle_RCPT(  # noqa: N802 - the name that the server looks for
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Take a recipient, unless a fault is armed."""
        fault = self._faults.meet(RECEIVE_MAIL, {"to": address}).take(Stage.BEFORE)
        if fault is not None:
            return NO[fault.mode]
        envelope.rcpt_tos.append(address)
        return TAKEN

    async def handle_DATA(  # noqa: N802 - the name that the server looks for
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep a mail for each of its recipients."""
        mail = message_from_bytes(_raw(envelope), policy=default)
        for recipient in envelope.rcpt_tos:
            self._messages.append(_message_to(recipient, mail, self._unix()))
        return TAKEN


def _raw(envelope: Envelope) -> bytes:
    content = envelope.content
    return content.encode() if isinstance(content, str) else content or b""


def _message_to(recipient: str, mail: EmailMessage, sent_at: int) -> dict[str, Any]:
    return {
        "to": recipient,
        "channel": "email",
        "from": str(mail["From"] or ""),
        "subject": str(mail["Subject"] or ""),
        "text": _body(mail, "plain"),
        "html": _body(mail, "html"),
        "sent_at_unix": sent_at,
        "message_id": str(mail["Message-ID"] or ""),
        "reply_to": str(mail["Reply-To"] or ""),
        "answers": str(mail["In-Reply-To"] or ""),
        "attachments": [_attachment(part) for part in mail.iter_attachments()],
    }


def _body(mail: EmailMessage, kind: str) -> str | None:
    part = mail.get_body(preferencelist=(kind,))
    return None if part is None else str(part.get_content()).replace("\r\n", "\n")


def _attachment(part: Any) -> dict[str, Any]:  # noqa: ANN401 - the standard library names no type
    content = part.get_payload(decode=True) or b""
    return {
        "filename": part.get_filename(),
        "content_type": part.get_content_type(),
        "size": len(content),
        "content_base64": base64.b64encode(content).decode(),
    }
