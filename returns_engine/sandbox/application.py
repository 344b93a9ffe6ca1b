"""The sandbox as one ASGI application: Stripe's protocol, the control API and the mailbox."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import Random

from litestar import Litestar, post
from litestar.di import Provide
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from returns_engine.sandbox.agenda import Agenda
from returns_engine.sandbox.connections import Connections
from returns_engine.sandbox.control.routes import CONTROL, answer_refusal, list_messages
from returns_engine.sandbox.faults import Faults
from returns_engine.sandbox.item_pictures import show_picture
from returns_engine.sandbox.mailbox import Mailbox
from returns_engine.sandbox.provider.books import Books
from returns_engine.sandbox.provider.calls import CALL_NAMES
from returns_engine.sandbox.provider.refusals import Refusal
from returns_engine.sandbox.provider.trace_numbers import TraceNumbers
from returns_engine.sandbox.provider.webhooks import PAUSES, WebhookSender
from returns_engine.sandbox.provider.wire import LONGEST_HANG, ProviderWire
from returns_engine.sandbox.sandbox_clock import SandboxClock
from returns_engine.sandbox.webhooks_received import (
    WebhooksReceived,
    list_webhooks_received,
    take_webhook,
)


class SandboxParts:
    """Everything that the sandbox is made of, new and empty."""

    def __init__(
        self,
        *,
        clock_file: Path | None,
        webhook_url: str | None,
        webhook_secret: str,
        webhook_pauses: Sequence[float] = PAUSES,
        longest_hang: float = LONGEST_HANG,
    ) -> None:
        self.clock = SandboxClock(clock_file)
        self.chance = Random(0)  # noqa: S311 - disorder that a seed repeats, no secret
        self.faults = Faults(CALL_NAMES, self.chance)
        self.agenda = Agenda(self.clock.exact)
        self.books = Books(self.clock.unix)
        self.connections = Connections()
        self.webhooks = WebhookSender(
            self.books,
            self.faults,
            self.agenda,
            self.chance,
            secret=webhook_secret,
            url=webhook_url,
            pauses=webhook_pauses,
        )
        self.books.listen(self.webhooks.send)
        self.books.listen(TraceNumbers(self.books, self.agenda).hear)
        self.mailbox = Mailbox(self.clock.unix, self.faults)
        self.received = WebhooksReceived()
        self.wire = ProviderWire(
            self.books,
            self.faults,
            agenda=self.agenda,
            connections=self.connections,
            before_answers=self.webhooks.deliver_early,
            longest_hang=longest_hang,
        )

    async def reset(self) -> None:
        """Forget everything but the clock and the address of the webhooks."""
        self.faults.disarm()
        self.agenda.clear()
        await self.webhooks.forget()
        self.books.clear()
        self.wire.forget_answers()
        self.mailbox.clear()
        self.received.clear()


def sandbox_application(parts: SandboxParts, smtp_socket: socket.socket) -> ASGIApp:
    """Return the application; while it lives, the mailbox listens on `smtp_socket`."""
    control = _control_application(parts, smtp_socket)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        is_stripes = scope["type"] == ScopeType.HTTP and scope["path"].startswith("/v1/")
        await (parts.wire if is_stripes else control)(scope, receive, send)

    return application


def _control_application(parts: SandboxParts, smtp_socket: socket.socket) -> Litestar:
    @asynccontextmanager
    async def listening(_: Litestar) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(parts.mailbox.new_conversation, sock=smtp_socket)
        keeping_up = loop.create_task(parts.agenda.keep_up())
        try:
            yield
        finally:
            keeping_up.cancel()
            with suppress(asyncio.CancelledError):
                await keeping_up
            server.close()
            await parts.webhooks.close()

    @post("/_test/reset", status_code=204)
    async def reset() -> None:
        await parts.reset()

    return Litestar(
        [CONTROL, list_messages, take_webhook, list_webhooks_received, show_picture, reset],
        lifespan=[listening],
        openapi_config=None,
        # The process that the sandbox lives in says where logs go.
        logging_config=None,
        exception_handlers={Refusal: answer_refusal},
        dependencies={
            "agenda": Provide(lambda: parts.agenda, sync_to_thread=False),
            "books": Provide(lambda: parts.books, sync_to_thread=False),
            "chance": Provide(lambda: parts.chance, sync_to_thread=False),
            "faults": Provide(lambda: parts.faults, sync_to_thread=False),
            "mailbox": Provide(lambda: parts.mailbox, sync_to_thread=False),
            "received": Provide(lambda: parts.received, sync_to_thread=False),
            "sandbox_clock": Provide(lambda: parts.clock, sync_to_thread=False),
            "webhooks": Provide(lambda: parts.webhooks, sync_to_thread=False),
        },
    )
