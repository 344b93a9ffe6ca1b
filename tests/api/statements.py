"""Count what is asked of the database, at the one place that everything passes."""

from collections.abc import Iterator
from contextlib import contextmanager

from asyncpg import Connection

_FREE = ("BEGIN", "COMMIT", "ROLLBACK", "SELECT set_config", "SELECT pg_advisory_unlock_all")


@contextmanager
def every_statement() -> Iterator[list[str]]:
    """Give the statements of all connections, BEGIN, COMMIT and set_config left out."""
    said: list[str] = []
    plain, prepared = Connection.execute, Connection._execute  # noqa: SLF001 - asyncpg's own funnel

    def note(query: str) -> None:
        if not query.strip().startswith(_FREE):
            said.append(query)

    async def execute(self: Connection, query: str, *args: object, **options: object) -> object:
        if not args:
            note(query)
        return await plain(self, query, *args, **options)

    async def run(self: Connection, query: str, *args: object, **options: object) -> object:
        note(query)
        return await prepared(self, query, *args, **options)

    Connection.execute, Connection._execute = execute, run  # noqa: SLF001 - see above
    try:
        yield said
    finally:
        Connection.execute, Connection._execute = plain, prepared  # noqa: SLF001 - see above
