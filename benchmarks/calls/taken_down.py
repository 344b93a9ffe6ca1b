"""The statements of one call, taken down with their values and what the database gave back."""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from asyncpg import Connection

from benchmarks.calls.generator import found_in, spelled
from benchmarks.calls.supply import Operation
from benchmarks.place import Place
from returns_engine.asgi import web_application
from returns_engine.settings import Settings
from returns_engine.tables.engine import engine_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One statement as it was sent, and the rows that came back."""

    sql: str
    values: Sequence[Any]
    rows: Sequence[Any]


def statements_of(
    where: Place, operations: Mapping[str, Callable[[], list[Operation]]]
) -> dict[str, list[Said]]:
    """Carry each operation out twice in this process, and take the second time down.

    Everything is taken down that goes to the database by itself, BEGIN and COMMIT too.
    """
    return asyncio.run(_taken_down(where, operations))


async def _taken_down(
    where: Place, operations: Mapping[str, Callable[[], list[Operation]]]
) -> dict[str, list[Said]]:
    kept = {name: text for name, text in os.environ.items() if "RETURNS_ENGINE" not in name}
    app = web_application(Settings.from_environment({**kept, **where.environ}, None))
    taken = {}
    async with engine_at(where.database_url):
        transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # Litestar names its messages more closely
        async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
            for name, supplied in operations.items():
                first, second, *_ = supplied() * 2  # a list is asked for twice
                await _carry_out(client, first)
                with _every_statement() as said:
                    await _carry_out(client, second)
                taken[name] = said
    return taken


async def _carry_out(client: httpx.AsyncClient, operation: Operation) -> None:
    found: dict[str, str] = {}
    for call in operation:
        head, _, body = spelled(call, found).partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        method, path, _ = first.split(" ")
        headers = dict(line.split(": ", 1) for line in lines)
        answer = await client.request(method, path, headers=headers, content=body)
        if answer.status_code != call["status"]:
            raise AssertionError(f"{method} {path}: {answer.text}")
        found |= found_in(call, answer.content)


@contextmanager
def _every_statement() -> Iterator[list[Said]]:
    said: list[Said] = []
    plain, prepared = Connection.execute, Connection._execute  # noqa: SLF001 - asyncpg's own funnel

    async def execute(self: Connection, query: str, *args: object, **options: object) -> object:
        if not args:
            said.append(Said(sql=query, values=(), rows=()))
        return await plain(self, query, *args, **options)

    async def run(
        self: Connection, query: str, args: Sequence[Any], *more: object, **options: object
    ) -> object:
        rows = await prepared(self, query, args, *more, **options)
        # With its status an answer is a pair, and holds no row that anybody reads.
        kept = rows if isinstance(rows, list) else ()
        said.append(Said(sql=query, values=tuple(args), rows=kept))
        return rows

    Connection.execute, Connection._execute = execute, run  # noqa: SLF001 - see above
    try:
        yield said
    finally:
        Connection.execute, Connection._execute = plain, prepared  # noqa: SLF001 - see above
