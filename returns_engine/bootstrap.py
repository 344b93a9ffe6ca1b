"""Put the parts together: find or start the database, bring it up to date, give out the rest."""

import asyncio
import contextlib
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import structlog

from returns_engine.embedded_postgres import embedded_postgres
from returns_engine.settings import Settings
from returns_engine.tables.engine import engine_at

OLDEST_POSTGRES = 150000
CONNECT_SECONDS = 10


class DatabaseUnfit(Exception):  # noqa: N818 - named for what is the matter
    """The database cannot carry the engine: too old, out of reach, or not brought up to date."""


@contextmanager
def database_at(database_url: str | None, data_dir: Path) -> Iterator[str]:
    """Give the address of a running database; start our own, brought up to date, where it is None.

    Several processes share our own; the last one out stops it.
    """
    if database_url is not None:
        yield database_url
        return
    with embedded_postgres(data_dir) as url:
        migrate(url)
        yield url


@contextmanager
def database(settings: Settings) -> Iterator[Settings]:
    """Give settings that name a running database; raises DatabaseUnfit where it cannot be had."""
    if settings.database_url is not None:
        _require_reachable(settings.database_url)
    with database_at(settings.database_url, settings.data_dir) as url:
        yield replace(settings, database_url=url)


def _require_reachable(database_url: str) -> None:
    try:
        psycopg.connect(database_url, connect_timeout=CONNECT_SECONDS).close()
    except psycopg.OperationalError as error:
        raise DatabaseUnfit(
            "RETURNS_ENGINE_DATABASE_URL names a database that cannot be reached:"
            f" {' '.join(str(error).split())}"
        ) from error


def configure_logs(settings: Settings) -> None:
    """Write logs as JSON, one object a line, to standard error; no personal data goes into them."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def migrate(database_url: str) -> list[str]:
    """Bring the database at `database_url` up to date and return what was done, in words.

    Raises DatabaseUnfit where the server is older than PostgreSQL 15 or cannot be reached. Safe to
    run again, and by several at once: an advisory lock lets one work while the others wait.
    """
    try:
        guard = psycopg.connect(database_url, autocommit=True)
    except psycopg.OperationalError as error:
        raise DatabaseUnfit(f"The database cannot be reached: {error}") from error
    with guard:
        if guard.info.server_version < OLDEST_POSTGRES:
            raise DatabaseUnfit(
                f"PostgreSQL 15 or later is needed; this is {guard.info.server_version // 10000}."
            )
        guard.execute("SELECT pg_advisory_lock(hashtext('returns_engine.migrate'))")
        return [*asyncio.run(_migrate_tables(database_url)), *_install_job_queue(guard)]


async def _migrate_tables(database_url: str) -> list[str]:
    from piccolo.apps.migrations.commands.forwards import run_forwards  # noqa: PLC0415 - heavy

    said = io.StringIO()
    async with engine_at(database_url, pool_size=2):
        with contextlib.redirect_stdout(said):
            result = await run_forwards(app_name="all")
    if not result.success:
        raise DatabaseUnfit(f"A migration failed: {result.message}\n{said.getvalue()}")
    return [line.strip() for line in said.getvalue().splitlines() if "ok!" in line]


def _install_job_queue(guard: psycopg.Connection) -> list[str]:
    from procrastinate.schema import SchemaManager  # noqa: PLC0415 - the web process needs none of it

    installed = guard.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
    if installed is not None and installed[0] is not None:
        return []
    with guard.transaction():
        guard.execute(SchemaManager.get_schema())
    return ["job queue installed"]
