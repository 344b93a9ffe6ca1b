"""A real server of the S3 protocol on this machine, and servers that are out of order."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from itertools import count
from typing import Any

import httpx
from moto.server import ThreadedMotoServer

from returns_engine.gateways.photo_store.bucket import BucketPhotoStore, BucketPlace

SECRET = "a secret that nobody may ever read"
# Its first answer takes it a while: it loads what it plays.
LONG = 60
_numbers = count(1)


@contextmanager
def running_s3() -> Iterator[str]:
    """Run the server and give its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def new_bucket(address: str, prefix: str = "shop/photos") -> BucketPlace:
    """Make a bucket of its own for one test."""
    place = a_place(address, bucket=f"pictures-{next(_numbers)}", prefix=prefix)
    assert httpx.put(f"{address}/{place.bucket}", timeout=LONG).status_code == 200
    return place


def a_place(address: str, *, bucket: str = "nowhere", prefix: str = "photos") -> BucketPlace:
    return BucketPlace(
        bucket=bucket, endpoint=address, prefix=prefix, key="AKIAOURS", secret=SECRET
    )


async def asked(method: str, url: str, **more: Any) -> httpx.Response:
    """Ask the server by hand; it looks at no signature."""
    async with httpx.AsyncClient(timeout=LONG) as client:
        return await client.request(method, url, headers={"Authorization": "AWS x:y"}, **more)


def away_store() -> BucketPhotoStore:
    """A bucket at an address where nobody listens."""
    soon = timedelta(seconds=0.3)
    return BucketPhotoStore(a_place("http://127.0.0.1:9"), timeout=soon, patience=soon)


@asynccontextmanager
async def broken_server(answer: bytes | None) -> AsyncIterator[str]:
    """Run a server that answers every request with the same bytes; None: with nothing at all."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            if answer is None:
                await reader.read()
            writer.write(answer or b"")
            await writer.drain()
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        server.close()
