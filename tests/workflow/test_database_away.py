"""Which errors mean that the database is away, and which are mistakes of ours."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg
import pytest
from psycopg.conninfo import conninfo_to_dict

from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.database_away import database_away


async def connecting(address: str) -> Exception:
    with pytest.raises(Exception) as raised:  # noqa: PT011 - whatever it is, it is looked at
        await asyncpg.connect(address, timeout=5)
    error: Exception = raised.value
    return error


class TestADatabaseThatIsAway:
    @pytest.mark.parametrize(
        "address",
        [
            "postgresql://somebody@127.0.0.1:1/nothing",
            "postgresql://somebody@localhost:1/nothing",
            "postgresql://somebody@/nothing?host=/nowhere/at/all",
            "postgresql://somebody@no-such-host.invalid/nothing",
        ],
    )
    async def test_is_known_however_it_was_to_be_reached(self, address: str):
        assert database_away(await connecting(address)) is not None

    async def test_is_known_where_a_connection_ends_under_a_statement(self, database_url: str):
        first, second = [await asyncpg.connect(database_url) for _ in range(2)]
        waiting = asyncio.create_task(first.fetch("SELECT pg_sleep(60)"))
        pid = first.get_server_pid()
        await asyncio.sleep(0)  # the statement is on its way
        assert await second.fetchval("SELECT pg_terminate_backend($1)", pid)
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)) as raised:
            await waiting
        assert database_away(raised.value) is not None
        with pytest.raises(asyncpg.InterfaceError) as closed:
            await first.fetch("SELECT 1")
        assert database_away(closed.value) is not None
        await second.close()

    async def test_is_known_where_a_connection_ends_between_two_statements(self, database: str):
        with pytest.raises((asyncpg.InterfaceError, asyncpg.InternalClientError)) as raised:
            await lose_it_and_go_on(database)
        assert database_away(raised.value) is not None

    async def test_is_known_where_its_server_has_said_goodbye(self, database_url: str):
        other = await asyncpg.connect(database_url)
        async with never_hanging_up(database_url) as (host, port, said):
            used = await asyncpg.connect(database_url, host=host, port=port)
            pid = await used.fetchval("SELECT pg_backend_pid()")
            assert await other.fetchval("SELECT pg_terminate_backend($1, 10000)", pid)
            await said.wait()
            for _ in range(10):
                await asyncio.sleep(0)  # what was passed on lies before the client, which reads it
            with pytest.raises(asyncpg.InternalClientError) as raised:
                await used.execute("BEGIN")
            used.terminate()
        await other.close()
        assert database_away(raised.value) is not None


async def lose_it_and_go_on(database: str) -> None:
    other = await asyncpg.connect(database)
    try:
        async with transaction():
            pid = await connection().fetchval("SELECT pg_backend_pid()")
            assert await other.fetchval("SELECT pg_terminate_backend($1, 10000)", pid)
            await connection().fetchval("SELECT 1")
    finally:
        await other.close()


@asynccontextmanager
async def never_hanging_up(address: str) -> AsyncIterator[tuple[str, int, asyncio.Event]]:
    """Pass on what a client and PostgreSQL say, but for the end of it: only then it hangs up."""
    said = asyncio.Event()
    over = asyncio.Event()

    async def pass_on(client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        server, to_server = await to_postgres(address)
        asking = asyncio.create_task(copy(client, to_server))
        await copy(server, to_client)
        said.set()
        await over.wait()
        asking.cancel()
        to_client.close()
        to_server.close()

    listening = await asyncio.start_server(pass_on, "127.0.0.1")
    host, port = listening.sockets[0].getsockname()
    yield host, port, said
    over.set()
    listening.close()


async def to_postgres(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    told = conninfo_to_dict(address)
    host, port = str(told["host"]), told.get("port", 5432)
    if host.startswith("/"):
        return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
    return await asyncio.open_connection(host, int(port or 5432))


async def copy(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while said := await source.read(4096):
            to.write(said)
            await to.drain()


class TestAMistakeOfOurs:
    async def test_is_none(self, database_url: str, tmp_path: Path):
        connection = await asyncpg.connect(database_url)
        with pytest.raises(asyncpg.PostgresError) as wrong:
            await connection.fetch("SELECT nothing FROM nowhere")
        await connection.close()
        with pytest.raises(OSError) as missing:  # noqa: PT011 - a missing file, of any number
            (tmp_path / "missing").read_bytes()

        for error in (wrong.value, missing.value, ValueError("closed"), OSError(28, "full")):
            assert database_away(error) is None
