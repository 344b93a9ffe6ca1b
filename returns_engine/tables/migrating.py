"""Make the changes that a database lacks, one by one, while others go on using it.

A change of a table must have the table to itself for a moment. One that waits for it keeps all who
come after it waiting too, so it waits for a second at most, lets them pass, and tries again.
"""

import asyncio
import contextlib
import io
import time
from collections.abc import Callable, Sequence

import asyncpg

from returns_engine.tables.engine import engine_at, the_engine
from returns_engine.tables.standing import Change

PATIENCE_SECONDS = 300.0
_SESSION = {"lock_timeout": "1s", "application_name": "returns-engine migrate"}
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0
# Whose moment never came: a lock was not to be had, or two waited for each other.
_IN_THE_WAY = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)
_OLDEST = """
SELECT pid, application_name AS name, extract(epoch FROM now() - xact_start)::int AS seconds
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
ORDER BY xact_start LIMIT 1
"""

Tell = Callable[[str], None]


class ChangeFailed(Exception):  # noqa: N818 - named for what happened
    """A change could not be made; nothing of it is kept, and what came before it is."""


async def make_changes(
    database_url: str, changes: Sequence[Change], *, patience: float, tell: Tell
) -> list[str]:
    """Make `changes` in their order and return them in words; raises ChangeFailed."""
    async with engine_at(database_url, pool_size=2, session=_SESSION):
        for number, change in enumerate(changes, start=1):
            began = time.monotonic()
            await _make(change, until=began + patience, tell=tell)
            tell(f"{number}/{len(changes)} {change} ({time.monotonic() - began:.1f} s)")
    return [str(change) for change in changes]


async def _make(change: Change, *, until: float, tell: Tell) -> None:
    pause = _FIRST_PAUSE
    while True:
        try:
            return await _try(change)
        except _IN_THE_WAY as error:
            if time.monotonic() + pause > until:
                raise ChangeFailed(
                    f"{change} found no moment in which nobody used its tables"
                    f"{await _whose()}: run it again later."
                ) from error
        tell(f"{change} waits{await _whose()}")
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


async def _try(change: Change) -> None:
    from piccolo.apps.migrations.commands.forwards import run_forwards  # noqa: PLC0415 - heavy

    # Piccolo speaks to whoever runs it at a shell; we tell in our own words.
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            result = await run_forwards(app_name=change.app, migration_id=change.id)
    except _IN_THE_WAY:
        raise
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise ChangeFailed(f"{change} failed: {error}") from error
    if not result.success:
        raise ChangeFailed(f"{change} failed: {result.message}\n{said.getvalue()}")


async def _whose() -> str:
    """Say who has worked on the database for longest; most likely it is the one in the way."""
    oldest = await the_engine().fetch_row(_OLDEST)
    if oldest is None:
        return ""
    name = f" ({oldest['name']})" if oldest["name"] else ""
    return f" for session {oldest['pid']}{name}, at it for {oldest['seconds']} s"
