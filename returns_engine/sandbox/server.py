"""The sandbox as a running server, in a thread with a loop of its own; for the demo and the tests.

    with running_sandbox(clock_file=path) as sandbox:
        StripeGateway(api_key=sandbox.api_key, address=sandbox.address)
        SmtpClient(host=sandbox.host, port=sandbox.smtp_port, ...)

It listens on this machine alone. All it knows is gone when it stops, but for what the provider
remembers where it has a file to keep that in.
"""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from returns_engine.sandbox.application import SandboxParts, sandbox_application
from returns_engine.sandbox.provider.books import Books
from returns_engine.sandbox.provider.kept_books import read_books, write_books
from returns_engine.sandbox.provider.webhooks import PAUSES
from returns_engine.sandbox.provider.wire import LONGEST_HANG

LOOPBACK = "127.0.0.1"
API_KEY = "sk_test_sandbox"
WEBHOOK_SECRET = "whsec_sandbox"  # noqa: S105 - it signs events about money that does not exist
START_SECONDS = 20.0
STOP_SECONDS = 10.0


class SandboxFailed(RuntimeError):  # noqa: N818 - named for what happened
    """The sandbox did not start, or did not stop."""


class Sandbox:
    """A Stripe-protocol server, its control API and a mailbox; port 0 takes a free one."""

    def __init__(
        self,
        *,
        clock_file: Path | None = None,
        webhook_url: str | None = None,
        webhook_secret: str = WEBHOOK_SECRET,
        port: int = 0,
        smtp_port: int = 0,
        webhook_pauses: Sequence[float] = PAUSES,
        longest_hang: float = LONGEST_HANG,
        kept_in: Path | None = None,
    ) -> None:
        self.host, self.api_key, self.webhook_secret = LOOPBACK, API_KEY, webhook_secret
        self._ports = (port, smtp_port)
        self._kept_in = kept_in
        self._parts = SandboxParts(
            clock_file=clock_file,
            webhook_url=webhook_url,
            webhook_secret=webhook_secret,
            webhook_pauses=webhook_pauses,
            longest_hang=longest_hang,
        )
        self._sockets: list[socket.socket] = []
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        """The base of Stripe's protocol, of `/_test` and of `/messages`."""
        return f"http://{LOOPBACK}:{self._port_of(0)}"

    @property
    def smtp_port(self) -> int:
        """Where the mailbox takes mail."""
        return self._port_of(1)

    @property
    def books(self) -> Books:
        """What the provider remembers, for whoever fills it faster than the wire could."""
        return self._parts.books

    @property
    def webhooks_received(self) -> str:
        """Where the engine's own webhooks are taken, checked and listed."""
        return f"{self.address}/webhooks-received"

    def expect_webhooks(self, secret: str) -> None:
        """Take webhooks that are signed with this secret from now on."""
        self._parts.received.secret = secret

    def send_webhooks_to(self, url: str) -> None:
        """Send every event from now on to this address."""
        self._parts.webhooks.url = url

    def start(self) -> None:
        """Listen; return when requests are answered, or raise SandboxFailed or OSError."""
        if self._kept_in is not None:
            read_books(self.books, self._kept_in)
        for port in self._ports:
            self._sockets.append(_listening(port))
        application = sandbox_application(self._parts, self._sockets[1])
        config = uvicorn.Config(
            application,
            http=self._parts.connections.protocol(),
            log_config=None,
            access_log=False,
            loop="asyncio",
            lifespan="on",
            ws="none",
            timeout_graceful_shutdown=1,
        )
        self._server = _ThreadedServer(config)
        self._thread = threading.Thread(
            target=self._server.run,
            kwargs={"sockets": [self._sockets[0]]},
            name="sandbox",
            daemon=True,
        )
        self._thread.start()
        if not self._server.ready.wait(START_SECONDS) or not self._server.started:
            self.stop()
            raise SandboxFailed("The sandbox did not start.")

    def stop(self) -> None:
        """Stop listening and forget what is not kept; a second call does nothing more."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(STOP_SECONDS)
            if self._thread.is_alive():
                raise SandboxFailed("The sandbox did not stop.")
            if self._kept_in is not None:
                write_books(self.books, self._kept_in)
        for listening in self._sockets:
            listening.close()
        self._sockets.clear()
        self._server = self._thread = None

    def _port_of(self, place: int) -> int:
        if not self._sockets:
            raise SandboxFailed("The sandbox has no address before it is started.")
        port: int = self._sockets[place].getsockname()[1]
        return port


class _ThreadedServer(uvicorn.Server):
    """Says when it is ready, so that nobody has to ask again and again."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets=sockets)
        finally:
            self.ready.set()


def _listening(port: int) -> socket.socket:
    # Without the protocol's number asyncio leaves small answers waiting for 40 ms (Nagle).
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # A sandbox started again at once may have its old port back.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening


@contextmanager
def running_sandbox(
    *,
    clock_file: Path | None = None,
    webhook_url: str | None = None,
    webhook_secret: str = WEBHOOK_SECRET,
    port: int = 0,
    smtp_port: int = 0,
    kept_in: Path | None = None,
) -> Iterator[Sandbox]:
    """Give a sandbox that runs until the block is left; it goes on with what a file kept."""
    sandbox = Sandbox(
        clock_file=clock_file,
        webhook_url=webhook_url,
        webhook_secret=webhook_secret,
        port=port,
        smtp_port=smtp_port,
        kept_in=kept_in,
    )
    try:
        sandbox.start()
        yield sandbox
    finally:
        sandbox.stop()
