"""The sandbox's side of each TCP connection, so that one can be closed, reset or made to crawl.

ASGI has no word for any of it; uvicorn's protocol tells us the transport of each connection.
"""

import asyncio
import json
import socket
import struct
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from litestar.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from returns_engine.sandbox.provider.books import API_VERSION

NO_LINGER = struct.pack("ii", 1, 0)
"""Linger for no time: the kernel closes with a reset (RST), not with an end (FIN)."""
PIECES = 20
"""At most so many make up a head that crawls."""
CLOSES_WITHIN = 5.0


class Connections:
    """The open connections by who is at the other end."""

    def __init__(self) -> None:
        self._open: dict[Any, asyncio.Transport] = {}

    def protocol(self) -> type[asyncio.Protocol]:
        """Return uvicorn's protocol, telling us of each connection."""
        known = self._open

        class Told(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn narrows it too
                super().connection_made(transport)
                known[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                known.pop(self.client, None)
                super().connection_lost(exc)

        return Told

    def of(self, scope: Scope) -> asyncio.Transport | None:
        """Return a request's connection; None when it is gone."""
        return self._open.get(scope.get("client"))


class Line:
    """The line of one request: what goes back on it, and every way in which it can end."""

    def __init__(
        self, connections: Connections, scope: Scope, receive: Receive, send: Send
    ) -> None:
        self._connections, self._scope = connections, scope
        self._receive, self._send = receive, send

    async def answer(
        self, status: int, body: dict[str, Any], headers: Mapping[str, str], *, cut: bool = False
    ) -> None:
        """Answer in JSON; `cut` ends it in the middle, as a proxy that breaks off would."""
        encoded = _json(body)
        if cut:
            encoded = encoded[: len(encoded) // 2]
        fields = _fields(headers, len(encoded))
        raw = [(name.encode(), text.encode("latin-1")) for name, text in fields.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": raw})
        await self._send({"type": "http.response.body", "body": encoded, "more_body": False})

    async def crawl(
        self, status: int, body: dict[str, Any], headers: Mapping[str, str], seconds: float
    ) -> None:
        """Answer with a head that takes so many seconds to arrive, piece by piece."""
        encoded = _json(body)
        fields = {**_fields(headers, len(encoded)), "connection": "close"}
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
        lines += [f"{name}: {text}" for name, text in fields.items()]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        size = -(-len(head) // PIECES)
        pieces = [head[start : start + size] for start in range(0, len(head), size)]
        try:
            for piece in pieces:
                self._write(piece)
                await asyncio.sleep(seconds / len(pieces))
            self._write(encoded)
        finally:
            await self.close()

    async def hang(self, seconds: float) -> None:
        """Say nothing until the client gives up, at most for `seconds`; then close."""
        try:
            await self._wait_for_the_end(seconds)
        finally:
            # Also when the sandbox stops meanwhile: the server would answer a 500 in our place.
            await self.close()

    async def close(self) -> None:
        """End the connection without a word more."""
        transport = self._connections.of(self._scope)
        if transport is None:
            await self._break_off()
            return
        transport.close()
        await self._wait_for_the_end(CLOSES_WITHIN)

    async def reset(self) -> None:
        """Cut the connection off: the client's kernel sees a reset."""
        transport = self._connections.of(self._scope)
        if transport is None:
            await self._break_off()
            return
        raw = transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        transport.abort()
        await self._wait_for_the_end(CLOSES_WITHIN)

    async def _break_off(self) -> None:
        """Begin an answer and owe its bytes, where nobody told us of the connection."""
        owed = [(b"content-length", b"1")]
        await self._send({"type": "http.response.start", "status": 200, "headers": owed})

    def _write(self, raw: bytes) -> None:
        transport = self._connections.of(self._scope)
        if transport is not None and not transport.is_closing():
            transport.write(raw)

    async def _wait_for_the_end(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                while (await self._receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            return


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body, indent=2).encode()


def _fields(headers: Mapping[str, str], length: int) -> dict[str, str]:
    return {
        "content-type": "application/json",
        "content-length": str(length),
        "stripe-version": API_VERSION,
        **headers,
    }
