"""Build an index while its table is read and written: what a migration does where a table grows."""

from collections.abc import Awaitable, Callable

from returns_engine.tables.engine import desk

_UNFINISHED = """
SELECT 1 FROM pg_index JOIN pg_class c ON c.oid = indexrelid
WHERE c.relname = $1 AND pg_table_is_visible(c.oid) AND NOT indisvalid
"""


def build_index(name: str, on: str, *, unique: bool = False) -> Callable[[], Awaitable[None]]:
    """Return what builds index `name`, with `on` as it stands after ON: "returns (state, id)".

    For `add_raw` of a MigrationManager with `wrap_in_transaction=False`. What a build that broke
    off left behind is removed; an index that is there is left alone.
    """
    kind = "UNIQUE INDEX" if unique else "INDEX"

    async def build() -> None:
        async with desk() as session:
            # It waits for open transactions, and nobody waits for it.
            await session.execute("SET lock_timeout = 0")
            if await session.fetchrow(_UNFINISHED, name):
                await session.execute(f"DROP INDEX CONCURRENTLY {name}")
            await session.execute(f"CREATE {kind} CONCURRENTLY IF NOT EXISTS {name} ON {on}")

    return build


def drop_index(name: str) -> Callable[[], Awaitable[None]]:
    """Return what drops index `name` again; for `add_raw_backwards`."""

    async def drop() -> None:
        async with desk() as session:
            await session.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")

    return drop
