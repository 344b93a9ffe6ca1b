"""A real SMTP server with a postbox behind it, and the way of our mails to it."""

import asyncio
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import UUID

from returns_engine.documents.mail_logo import MailLogo
from returns_engine.documents.policy_file import load_policy
from returns_engine.gateways.mail.smtp_client import SmtpClient
from returns_engine.settings import Settings
from returns_engine.workflow.send_message import send_message
from tests.api.orders import NOW

POLICY = load_policy(None)
SETTINGS = Settings.from_environment(
    {"RETURNS_ENGINE_MODE": "test", "RETURNS_ENGINE_PUBLIC_URL": "https://shop.example"}, None
)


class Postbox:
    """Takes every mail, or says "not now" while it is `shut`; until it `goes_on` it waits."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.shut = False
        self.reached, self.goes_on = asyncio.Event(), asyncio.Event()
        self.goes_on.set()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the name the server looks for
        self.reached.set()
        await self.goes_on.wait()
        if self.shut:
            return "451 4.3.0 Not now"
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


@dataclass
class Post:
    """A postbox, and a way to it."""

    box: Postbox
    client: SmtpClient

    async def send(
        self, message_id: UUID, *, logo: MailLogo | None = None, **changes: Any
    ) -> EmailMessage:
        await send_message(
            message_id,
            mail=self.client,
            logo=logo,
            settings=replace(SETTINGS, **changes),
            policy=POLICY,
            now=NOW,
        )
        return self.box.mails[-1]
