"""The sandbox as one ASGI application: Stripe's protocol, the control API and the mailbox."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from litestar import Litestar
from litestar.di import Provide
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from returns_engine.sandbox.control import CONTROL, answer_refusal, list_messages
from returns_engine.sandbox.faults import Faults
from returns_engine.sandbox.mailbox import Mailbox
from returns_engine.sandbox.provider.books import Books
from returns_engine.sandbox.provider.calls import CALL_NAMES
from returns_engine.sandbox.provider.refusals import Refusal
from returns_engine.sandbox.provider.webhooks import PAUSES, WebhookSender
from returns_engine.sandbox.provider.wire import LONGEST_HANG, ProviderWire
from returns_engine.sandbox.sandbox_clock import SandboxClock


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
        self.faults = Faults(CALL_NAMES)
        self.books = Books(self.clock.unix)
        self.webhooks = WebhookSender(
            self.clock.unix, secret=webhook_secret, url=webhook_url, pauses=webhook_pauses
        )
        self.books.listen(self.webhooks.send)
        self.mailbox = Mailbox(self.clock.unix, self.faults)
        self.wire = ProviderWire(self.books, self.faults, longest_hang=longest_hang)


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
        try:
            yield
        finally:
            server.close()
            await parts.webhooks.close()

    return Litestar(
        [CONTROL, list_messages],
        lifespan=[listening],
        openapi_config=None,
        # The process that the sandbox lives in says where logs go.
        logging_config=None,
        exception_handlers={Refusal: answer_refusal},
        dependencies={
            "books": Provide(lambda: parts.books, sync_to_thread=False),
            "faults": Provide(lambda: parts.faults, sync_to_thread=False),
            "mailbox": Provide(lambda: parts.mailbox, sync_to_thread=False),
            "sandbox_clock": Provide(lambda: parts.clock, sync_to_thread=False),
            "webhooks": Provide(lambda: parts.webhooks, sync_to_thread=False),
        },
    )
