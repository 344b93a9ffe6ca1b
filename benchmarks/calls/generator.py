"""The load: a closed loop over raw sockets, in a process of its own.

Run as `python -m benchmarks.calls.generator`: reads one plan as JSON from standard input, prints
what came of it. Each connection carries out one operation after the other, each operation being one
call or several, where a later one may need what an earlier one answered. Spelled by hand, so that
it costs far less than what it measures.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import uvloop

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length: "


class Refused(Exception):  # noqa: N818 - named for what happened
    """An answer was not the one that was to come."""


class Line:
    """One connection that is kept open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def call(self, request: bytes, expected: int) -> bytes:
        """Send a call and return the body of its answer; raises Refused for another status."""
        self._writer.write(request)
        head = await self._reader.readuntil(_HEAD_END)
        low = head.lower()
        at = low.find(_LENGTH)
        body = b""
        if at >= 0:
            length = int(low[at + len(_LENGTH) : low.index(b"\r", at)])
            body = await self._reader.readexactly(length)
        if int(head[9:12]) != expected:
            raise Refused(f"{head[:20]!r} {body[:500]!r} to {request[:300]!r}")
        return body

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


def spelled(call: dict[str, Any], found: dict[str, str]) -> bytes:
    """Return a call as it goes over the line; `{name}` stands for what was found before."""
    path: str = call["path"]
    body: str = call.get("body", "")
    for name, value in found.items():
        path, body = path.replace(f"<{name}>", value), body.replace(f"<{name}>", value)
    head = f"{call['method']} {path} HTTP/1.1\r\nHost: bench\r\n{call['headers']}"
    if not body:
        return f"{head}\r\n".encode()
    sent = body.encode()
    return f"{head}Content-Length: {len(sent)}\r\n\r\n".encode() + sent


async def operation(line: Line, calls: list[dict[str, Any]]) -> None:
    """Carry out one operation: its calls one after the other."""
    found: dict[str, str] = {}
    for call in calls:
        body = await line.call(spelled(call, found), call["status"])
        found |= found_in(call, body)


def found_in(call: dict[str, Any], body: bytes) -> dict[str, str]:
    """Return what later calls need of an answer, by name."""
    found = {}
    for name, path in call.get("find", {}).items():
        document = json.loads(body)
        for step in path:
            document = document[step]
        found[name] = str(document)
    return found


async def loop(
    plan: dict[str, Any], operations: Iterator[list[dict[str, Any]]], taken: list[float]
) -> None:
    """Keep one connection busy until the time is over or nothing is left to do."""
    line = Line(*await asyncio.open_connection(plan["host"], plan["port"], limit=2**22))
    until = time.perf_counter() + plan["seconds"]
    for calls in operations:
        began = time.perf_counter()
        if began >= until:
            break
        await operation(line, calls)
        taken.append(time.perf_counter() - began)
    line.close()


async def run(plan: dict[str, Any]) -> dict[str, Any]:
    """Run a plan; return how long each operation took, how long all, and our processor time."""
    operations = iter(plan["operations"]) if plan["once"] else _forever(plan["operations"])
    taken: list[float] = []
    began, busy = time.perf_counter(), time.process_time()
    await asyncio.gather(*(loop(plan, operations, taken) for _ in range(plan["connections"])))
    return {
        "taken": taken,
        "seconds": time.perf_counter() - began,
        "busy": time.process_time() - busy,
    }


def _forever(operations: list[Any]) -> Iterator[Any]:
    while True:
        yield from operations


if __name__ == "__main__":
    print(json.dumps(uvloop.run(run(json.load(sys.stdin)))))
