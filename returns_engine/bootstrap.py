"""Put the parts together: find or start the database, bring it up to date, give out the rest."""

import asyncio
import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import structlog
from structlog.typing import EventDict

from returns_engine.embedded_postgres import embedded_postgres
from returns_engine.settings import Settings
from returns_engine.tables.migrating import PATIENCE_SECONDS, ChangeFailed, make_changes
from returns_engine.tables.standing import JOB_QUEUE, Standing, standing_of

OLDEST_POSTGRES = 150000
CONNECT_SECONDS = 10
_ASK_AGAIN_SECONDS = 0.2
_TAKE = "SELECT pg_try_advisory_lock(hashtext('returns_engine.migrate'))"

log = structlog.get_logger()


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
    elif settings.mode == "production":
        log.warning("database_comes_along", data_dir=str(settings.data_dir))
    with database_at(settings.database_url, settings.data_dir) as url:
        yield replace(settings, database_url=url)


def _require_reachable(database_url: str) -> None:
    try:
        psycopg.connect(database_url, connect_timeout=CONNECT_SECONDS).close()
    except psycopg.Error as error:
        raise _out_of_reach(error) from error


def _out_of_reach(error: psycopg.Error) -> DatabaseUnfit:
    return DatabaseUnfit(
        "RETURNS_ENGINE_DATABASE_URL names a database that cannot be reached:"
        f" {' '.join(str(error).split())}"
    )


def require_up_to_date(database_url: str) -> None:
    """Raise DatabaseUnfit where the database lacks what this code needs; warn where it is newer.

    A newer one is served: that is how it is while an update goes on, the database first.
    """
    standing = standing_at(database_url)
    if not standing.is_up_to_date:
        raise DatabaseUnfit(_what_it_lacks(standing))
    if standing.unknown:
        log.warning("database_is_newer", changes=[str(change.id) for change in standing.unknown])


def _what_it_lacks(standing: Standing) -> str:
    return (
        f"The database is not up to date ({len(standing.to_do)} to do, the first is"
        f" {standing.to_do[0]}): run returns-engine migrate, then start this again."
    )


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
    _configure_libraries_logs()


def _configure_libraries_logs() -> None:
    """Write what libraries warn of as the same JSON: what went wrong by its kind alone.

    The message of a database's error may quote a customer's data.
    """
    written = logging.StreamHandler(sys.stderr)
    written.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _kind_of_error,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[written], level=logging.WARNING, force=True)


def _kind_of_error(logger: object, name: str, event: EventDict) -> EventDict:  # noqa: ARG001 - structlog's
    raised = event.pop("exc_info", None)
    if isinstance(raised, tuple) and raised[0] is not None:
        event["error"] = raised[0].__qualname__
    return event


def standing_at(database_url: str) -> Standing:
    """Look how far the database has been brought; raises DatabaseUnfit where it cannot be used."""
    with _session(database_url) as session:
        return standing_of(session)


def migrate(
    database_url: str,
    *,
    patience: float = PATIENCE_SECONDS,
    tell: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """Bring the database at `database_url` up to date and return what was done, in words.

    Web and worker of the version before may go on: a change that would have to wait for them gives
    way and is tried again, for `patience` seconds. `tell` hears what goes on. Raises DatabaseUnfit
    where the server is older than PostgreSQL 15, cannot be reached, or a change could not be made;
    those before it are kept. Safe to run again, and by several at once: an advisory lock lets one
    work while the others wait.
    """
    with _session(database_url) as guard:
        _take_turn(guard, tell)
        missing = standing_of(guard).missing
        # First: a change may be about its tables.
        installed = _install_job_queue(guard)
        try:
            done = asyncio.run(make_changes(database_url, missing, patience=patience, tell=tell))
        except ChangeFailed as error:
            raise DatabaseUnfit(str(error)) from error
        return [*done, *installed]


def _session(database_url: str) -> psycopg.Connection[Any]:
    try:
        session = psycopg.connect(database_url, autocommit=True, connect_timeout=CONNECT_SECONDS)
    except psycopg.Error as error:
        raise _out_of_reach(error) from error
    if session.info.server_version < OLDEST_POSTGRES:
        version = session.info.server_version // 10000
        session.close()
        raise DatabaseUnfit(f"PostgreSQL 15 or later is needed; this is {version}.")
    return session


def _take_turn(guard: psycopg.Connection[Any], tell: Callable[[str], None]) -> None:
    """Wait until no other works on the database; asking again and again.

    A statement that waits would itself be waited for by an index that is built concurrently.
    """
    if not _is_alone(guard):
        tell("Another one brings the database up to date: waiting for it.")
        while not _is_alone(guard):
            time.sleep(_ASK_AGAIN_SECONDS)


def _is_alone(guard: psycopg.Connection[Any]) -> bool:
    row = guard.execute(_TAKE).fetchone()
    return row is not None and bool(row[0])


def _install_job_queue(guard: psycopg.Connection[Any]) -> list[str]:
    from procrastinate.schema import SchemaManager  # noqa: PLC0415 - the web process needs none of it

    if standing_of(guard).has_job_queue:
        return []
    with guard.transaction():
        guard.execute(SchemaManager.get_schema())
    return [f"{JOB_QUEUE} installed"]
