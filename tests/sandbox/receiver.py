"""A server that webhooks are sent to, and the engine's own reader of what arrived."""

import asyncio


class Receiver:
    """A server that takes what is posted to it; it answers the statuses given, then 200."""

    def __init__(self) -> None:
        self.bodies: asyncio.Queue[tuple[bytes, str]] = asyncio.Queue()
        self.statuses: list[int] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        body = await reader.readexactly(int(headers["content-length"]))
        status = self.statuses.pop(0) if self.statuses else 200
        writer.write(
            f"HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode()
        )
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        await self.bodies.put((body, headers["stripe-signature"]))

    async def next(self) -> tuple[bytes, str]:
        async with asyncio.timeout(30):
            return await self.bodies.get()
