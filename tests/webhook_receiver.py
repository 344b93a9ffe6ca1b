"""A program that is told of returns and refunds: a real HTTP server with a will of its own."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from standardwebhooks import Webhook

OK = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"


def status(code: int, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {code} So it is", "content-length: 0", "connection: close", *headers]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()


@dataclass(frozen=True, kw_only=True)
class Got:
    """One post as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def told(self) -> dict[str, Any]:
        return json.loads(self.body)

    def verified(self, secret: str) -> dict[str, Any]:
        """Return what is told, once the specification's own library finds the signature good."""
        return Webhook(secret).verify(self.body, self.headers)


@dataclass(kw_only=True)
class Receiver:
    """Keeps what it is sent; answers what stands in `answers`, one after the other, then takes all.

    An answer is what goes over the wire, or something that is done before.
    """

    url: str = ""
    got: list[Got] = field(default_factory=list)
    answers: list[bytes | Callable[[], Any]] = field(default_factory=list)
    talks: set[asyncio.Task[Any]] = field(default_factory=set)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self.talks.add(talk)
        try:
            self.got.append(await _read(reader))
            answer = self.answers.pop(0) if self.answers else OK
            if not isinstance(answer, bytes):
                answer = await answer() or OK
            writer.write(answer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.talks.discard(talk)
            writer.close()

    async def stop(self) -> None:
        """Break off what still hangs."""
        for talk in list(self.talks):
            talk.cancel()
        await asyncio.gather(*self.talks, return_exceptions=True)

    def told(self, secret: str) -> list[dict[str, Any]]:
        return [one.verified(secret) for one in self.got]


async def _read(reader: asyncio.StreamReader) -> Got:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    headers = {
        name.lower(): text for name, _, text in (line.partition(": ") for line in lines) if name
    }
    body = await reader.readexactly(int(headers["content-length"]))
    return Got(path=first.split(" ")[1], headers=headers, body=body)


@asynccontextmanager
async def receiving(tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """Give a receiver that listens."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.talk, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    receiver.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}/hooks?of=ekr"
    async with server:
        yield receiver
        await receiver.stop()
