import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import asyncpg
import pytest

from returns_engine.tables.engine import (
    Engine,
    connection,
    desk,
    engine_at,
    the_engine,
    transaction,
)

TABLES = """
CREATE TABLE shelf (id int PRIMARY KEY);
CREATE TABLE cover (shelf int REFERENCES shelf DEFERRABLE INITIALLY DEFERRED);
"""


@pytest.fixture
async def one_connection(database_url: str) -> AsyncIterator[Engine]:
    """An engine whose pool holds a single connection: one that is lost hangs the next caller."""
    async with engine_at(database_url, pool_size=1) as engine:
        async with transaction():
            await connection().execute(TABLES)
        async with asyncio.timeout(60):
            yield engine


async def idle(engine: Engine) -> int:
    return engine.pool.get_idle_size()


class TestATransaction:
    async def test_gives_its_connection_back_when_the_commit_fails(self, one_connection: Engine):
        for _ in range(3):
            with pytest.raises(asyncpg.ForeignKeyViolationError):
                async with transaction():
                    await connection().execute("INSERT INTO cover VALUES (1)")

            assert the_engine().current_transaction.get() is None
            assert await idle(one_connection) == 1

    async def test_gives_its_connection_back_when_its_body_fails(self, one_connection: Engine):
        with pytest.raises(ZeroDivisionError):
            await _write_and_fail()

        assert await idle(one_connection) == 1
        assert await one_connection.fetch_rows("SELECT FROM shelf") == []

    async def test_gives_its_connection_back_when_it_is_cut_off(self, one_connection: Engine):
        with pytest.raises((asyncpg.InterfaceError, asyncpg.PostgresError)):
            async with transaction():
                await connection().execute("SELECT pg_terminate_backend(pg_backend_pid())")

        assert await one_connection.fetch_row("SELECT 1") is not None

    async def test_gives_its_connection_back_when_it_is_canceled(self, one_connection: Engine):
        entered = asyncio.Event()

        async def wait_inside() -> None:
            async with transaction():
                await connection().execute("INSERT INTO shelf VALUES (1)")
                entered.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(wait_inside())
        await entered.wait()
        task.cancel()
        await asyncio.wait([task])

        assert await idle(one_connection) == 1
        assert await one_connection.fetch_rows("SELECT FROM shelf") == []

    async def test_gives_its_connection_back_when_it_is_canceled_at_its_beginning(
        self, one_connection: Engine
    ):
        async def open_one() -> None:
            async with transaction():
                raise AssertionError("it was to be canceled before")

        task = asyncio.create_task(open_one())
        while await idle(one_connection):  # noqa: ASYNC110 - step by step until it has one
            await asyncio.sleep(0)
        task.cancel()  # BEGIN is on its way
        await asyncio.wait([task])

        assert task.cancelled()
        assert await idle(one_connection) == 1
        async with transaction():
            assert await _may_move() == "1"

    async def test_tells_what_failed_in_it_where_its_connection_is_gone(
        self, one_connection: Engine
    ):
        with pytest.raises(ZeroDivisionError):
            await _lose_it_and_fail()

        assert await one_connection.fetch_row("SELECT 1") is not None

    @pytest.mark.usefixtures("one_connection")
    async def test_joins_the_one_that_is_open(self):
        async with transaction():
            outer = connection()
            async with transaction():
                assert connection() is outer
                await connection().execute("INSERT INTO shelf VALUES (1)")
            with pytest.raises(ZeroDivisionError):
                await _write_and_fail()

        rows = await the_engine().fetch_rows("SELECT id FROM shelf ORDER BY id")
        assert [row["id"] for row in rows] == [1, 2], "a joined transaction is no savepoint"

    @pytest.mark.usefixtures("one_connection")
    async def test_can_go_back_to_a_savepoint(self):
        async with transaction() as opened:
            await connection().execute("INSERT INTO shelf VALUES (1)")
            place = await opened.savepoint()
            with pytest.raises(asyncpg.UniqueViolationError):
                await connection().execute("INSERT INTO shelf VALUES (1)")
            await place.rollback_to()
            await connection().execute("INSERT INTO shelf VALUES (2)")

        assert len(await the_engine().fetch_rows("SELECT FROM shelf")) == 2

    @pytest.mark.usefixtures("one_connection")
    async def test_may_move_states_and_nothing_after_it_may(self):
        async with transaction():
            assert await _may_move() == "1"
        assert await _may_move() == ""

    async def test_is_needed_where_its_connection_is_asked_for(self):
        with pytest.raises(RuntimeError, match="inside a transaction"):
            connection()

    async def test_is_read_through_before_it_is_committed(self, one_connection: Engine):
        async with transaction():
            await connection().execute("INSERT INTO shelf VALUES (7)")
            assert await one_connection.fetch_row("SELECT FROM shelf") is not None


class TestTheEngine:
    async def test_says_that_it_has_no_pool(self):
        with pytest.raises(RuntimeError, match="engine_at"):
            await the_engine().fetch_row("SELECT 1")

    async def test_closes_though_a_connection_was_never_given_back(self, database_url: str):
        async with asyncio.timeout(60):
            async with engine_at(database_url, closes_within=0.2) as engine:
                await engine.pool.acquire()
            assert engine.pool is None


class TestADesk:
    async def test_leaves_no_lock_and_no_setting_to_the_next(self, one_connection: Engine):
        async with desk() as ours:
            await ours.execute("SELECT pg_advisory_lock(7); SET app.transition = '1'")
        async with desk() as theirs:
            assert not await theirs.fetchval("SELECT count(*) FROM pg_locks WHERE objid = 7")
            assert not await theirs.fetchval("SELECT current_setting('app.transition', true)")
        assert await idle(one_connection) == 1

    async def test_lets_the_first_error_through_where_the_connection_is_gone(
        self, one_connection: Engine
    ):
        with pytest.raises(ZeroDivisionError):
            await _lose_connection_and_fail()
        assert await one_connection.fetch_row("SELECT 1") is not None


async def _lose_connection_and_fail() -> None:
    async with desk() as ours:
        await ours.close()
        _ = 1 // 0


async def _lose_it_and_fail() -> None:
    async with transaction():
        with suppress(asyncpg.InterfaceError, asyncpg.PostgresError):
            await connection().execute("SELECT pg_terminate_backend(pg_backend_pid())")
        raise ZeroDivisionError


async def _write_and_fail() -> None:
    async with transaction():
        await connection().execute("INSERT INTO shelf VALUES (2)")
        _ = 1 // 0


async def _may_move() -> str:
    row = await the_engine().fetch_row("SELECT current_setting('app.transition', true)")
    assert row is not None
    return row[0] or ""
