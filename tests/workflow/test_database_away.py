"""Which errors mean that the database is away, and which are mistakes of ours."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

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
