"""The one connection to PostgreSQL: transactions that clean up after themselves, and a pool."""

import asyncio
import functools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import Any, cast

import asyncpg
from piccolo.engine.finder import engine_finder
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

DATABASE_FAILURES = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)
"""What any statement may raise: the server refused it, or the connection to it is gone."""


# More than the different statements of a busy process: one that is not kept is planned every time.
_KEPT_PREPARED = 500
# What a step asks looks a few rows up by their keys, whatever the values and however many wait:
# PostgreSQL is to plan it once for a connection, and by an index. Left to itself it plans some of
# it every time, longer than it takes to carry out; and what it planned while a table was empty (the
# queue, the kept answers) it goes on to read whole when thousands are in it. tests/query_plans.py
# looks at the same plans. Before 18 PostgreSQL reckons so much for a table that has no index that
# it would compile the plan (jit), each time.
_BEGIN_TO_MOVE = (
    "BEGIN; SET LOCAL app.transition = '1'; SET LOCAL plan_cache_mode = force_generic_plan;"
    " SET LOCAL enable_seqscan = off; SET LOCAL jit = off"
)


class Transaction(PostgresTransaction):
    """A transaction that gives its connection back whatever happens at its end.

    Piccolo 1.38 keeps the connection, and the context variable, when COMMIT or ROLLBACK itself
    fails, or BEGIN is broken off: the pool would then run dry.
    """

    may_move = False
    """Whether it may move states (`app.transition`); said with its beginning, in one message."""

    async def begin(self) -> None:
        """Begin it on its connection, which is given back where that fails."""
        try:
            await self.connection.execute(_BEGIN_TO_MOVE if self.may_move else "BEGIN")
        except BaseException:
            await self._give_back()
            raise

    async def commit(self) -> None:
        """Commit it; raises what PostgreSQL says no with."""
        await self.connection.execute("COMMIT")
        self._committed = True

    async def rollback(self) -> None:
        """Undo all of it."""
        await self.connection.execute("ROLLBACK")
        self._rolled_back = True

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        """Commit, or roll back after an exception, and release the connection."""
        if self._parent:
            return exception is None
        try:
            await self._finish(failed=exception is not None)
        finally:
            self.engine.current_transaction.reset(self.context)
            await self._give_back()
        return exception is None

    async def _give_back(self) -> None:
        if self.engine.pool:
            await self.engine.pool.release(self.connection)
        else:
            await self.connection.close()

    async def _finish(self, *, failed: bool) -> None:
        if self._committed or self._rolled_back:
            return
        if failed:
            # Where the connection is gone nothing is left to undo, and what failed first is to be
            # told, not this.
            with suppress(*DATABASE_FAILURES):
                await self.rollback()
        else:
            await self.commit()


class Engine(PostgresEngine):
    """Piccolo's engine, without a connection at import time and with our transactions."""

    def __init__(self, config: dict[str, Any]) -> None:
        """Keep `config`, asyncpg's own arguments; nothing is opened yet."""
        super().__init__(config=config, extensions=())

    async def check_version(self) -> None:
        """Leave the version to `bootstrap`: importing must not connect."""

    async def prep_database(self) -> None:
        """Need no extension."""

    def transaction(self, allow_nested: bool = True) -> Transaction:  # noqa: FBT001, FBT002 - Piccolo's signature
        """Return our own transaction."""
        return Transaction(engine=self, allow_nested=allow_nested)

    async def fetch_rows(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """Return the rows of a query, in the open transaction where there is one."""
        current = self.current_transaction.get()
        if current is not None:
            return cast("list[asyncpg.Record]", await current.connection.fetch(sql, *values))
        if self.pool is None:
            raise RuntimeError("The engine has no pool yet: use engine_at().")
        async with self.pool.acquire() as pooled:
            return cast("list[asyncpg.Record]", await pooled.fetch(sql, *values))

    async def fetch_row(self, sql: str, *values: object) -> asyncpg.Record | None:
        """Return the first row of a query, or None."""
        rows = await self.fetch_rows(sql, *values)
        return rows[0] if rows else None


@functools.cache
def the_engine() -> Engine:
    """Return the engine that `piccolo_conf` made, the only one there is."""
    engine = engine_finder()
    if not isinstance(engine, Engine):
        raise TypeError("piccolo_conf.DB must be a returns_engine.tables.engine.Engine")
    return engine


@asynccontextmanager
async def engine_at(
    database_url: str,
    *,
    pool_size: int = 10,
    closes_within: float = 5.0,
    session: Mapping[str, str] | None = None,
) -> AsyncIterator[Engine]:
    """Point the engine at `database_url` and hold a pool open in this event loop.

    `session` names settings of PostgreSQL that every connection has. At the end connections in use
    are waited for, at most `closes_within` seconds.
    """
    engine = the_engine()
    before = engine.config
    engine.config = {"dsn": database_url, "server_settings": dict(session or {})}
    await engine.start_connection_pool(
        min_size=1,
        max_size=pool_size,
        init=_learn_arrays,
        reset=_nothing_to_reset,
        statement_cache_size=_KEPT_PREPARED,
    )
    try:
        yield engine
    finally:
        await asyncio.shield(_close(engine, closes_within))
        engine.config = before


async def _close(engine: Engine, seconds: float) -> None:
    """Close the pool; a connection that was never given back is cut off after that time."""
    try:
        await asyncio.wait_for(engine.close_connection_pool(), seconds)
    except TimeoutError:
        engine.pool = None


async def _learn_arrays(fresh: asyncpg.Connection) -> None:
    """Let a new connection look up the arrays we use, once, and not in the midst of a use case."""
    await fresh.fetchrow(
        "SELECT '{}'::int[], '{}'::bigint[], '{}'::jsonb[], '{}'::uuid[], '{}'::bool[],"
        " '{}'::timestamptz[]"
    )


async def _nothing_to_reset(used: asyncpg.Connection) -> None:
    """Ask nothing of a connection that comes back: all that we set ends with its transaction.

    asyncpg's own reset is one more way to the database after every single read. It still rolls back
    what was left open; the one who keeps more than that is desk(), which resets its connection.
    """


@asynccontextmanager
async def desk() -> AsyncIterator[asyncpg.Connection]:
    """Give a connection that nobody else uses meanwhile, with no transaction open.

    For what lives as long as a connection: a temporary table, an advisory lock. The lock is freed
    at the end; whoever makes a table drops it.
    """
    pool = the_engine().pool
    if pool is None:
        raise RuntimeError("The engine has no pool yet: use engine_at().")
    async with pool.acquire() as pooled:
        try:
            yield pooled
        finally:
            # A connection that is gone has nothing left to reset, and hides no other error.
            with suppress(*DATABASE_FAILURES):
                await pooled.reset()


@asynccontextmanager
async def transaction() -> AsyncIterator[Transaction]:
    """Open a transaction that may move states (`app.transition`), or join the one that is open."""
    wanted = the_engine().transaction()
    wanted.may_move = True
    async with wanted as opened:
        yield cast("Transaction", opened)


def connection() -> asyncpg.Connection:
    """Return the connection of the open transaction; raises RuntimeError where there is none."""
    current = the_engine().current_transaction.get()
    if current is None:
        raise RuntimeError("This must be called inside a transaction.")
    return cast("asyncpg.Connection", current.connection)


def is_in_transaction() -> bool:
    """Say whether a transaction is open, which `transaction()` would join."""
    return the_engine().current_transaction.get() is not None
