"""Checks of the database and of who works on it; all are quiet where our own PostgreSQL serves."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from returns_engine.bootstrap import OLDEST_POSTGRES
from returns_engine.documents.policy_file import policy_text
from returns_engine.rules.policy_toml import read_policy
from returns_engine.settings import Settings
from returns_engine.tables.standing import standing_of

TIMEOUT_SECONDS = 5
MOST_SKEW = timedelta(seconds=5)
# A web process holds ten at most; a worker ten too, those of the queue, and one that listens.
OF_A_WEB_PROCESS, OF_A_WORKER, OF_COMMANDS = 10, 16, 6

_BUILT_IN = (
    "RETURNS_ENGINE_DATABASE_URL is not set, so the PostgreSQL that comes along serves: it is for"
    " trying things out, and nobody backs it up."
)
_DEAD_JOBS = """
SELECT id, task_name, args::text FROM procrastinate_jobs WHERE status = 'failed'
ORDER BY id DESC LIMIT 20
"""
_ROOM = """
SELECT current_setting('max_connections')::int
       - current_setting('superuser_reserved_connections')::int,
       (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user)
"""
_WORKERS = """
SELECT count(*) FILTER (WHERE last_heartbeat > now() - interval '30 seconds')
FROM procrastinate_workers
"""


_WAREHOUSES = "SELECT count(*) FROM warehouses WHERE takes_returns"


def check_database(settings: Settings) -> str | None:
    """Fail where it cannot be reached, is too old, or is behind; warn where it is newer."""
    with _session(settings) as session:
        if session is None:
            return _BUILT_IN if settings.mode == "production" else None
        if session.info.server_version < OLDEST_POSTGRES:
            raise ValueError("PostgreSQL 15 or later is needed.")
        standing = standing_of(session)
    if not standing.is_up_to_date:
        raise ValueError(f"{len(standing.to_do)} changes are missing: run returns-engine migrate.")
    if standing.unknown:
        return "The database is newer than this version: update what runs here."
    return None


def check_clock(settings: Settings) -> str | None:
    """Warn where the clocks of this machine and of the database differ."""
    with _session(settings) as session:
        if session is None:
            return None
        before = datetime.now(UTC)
        theirs: datetime = _one(session, "SELECT clock_timestamp()")
        after = datetime.now(UTC)
    skew = max(before - theirs, theirs - after)
    if skew > MOST_SKEW:
        return f"The clocks differ by {skew.total_seconds():.0f} s: let both follow a time server."
    return None


def check_connections(settings: Settings) -> str | None:
    """Warn where the database lets fewer in than the processes set here may need."""
    with _session(settings) as session:
        if session is None:
            return None
        room, own_limit = session.execute(_ROOM).fetchone() or (0, -1)
    room = room if own_limit < 0 else min(room, own_limit)
    needed = settings.web_processes * OF_A_WEB_PROCESS + OF_A_WORKER + OF_COMMANDS
    if needed > room:
        return (
            f"{settings.web_processes} web processes and a worker may need {needed} connections,"
            f" and {room} are let in: raise max_connections, or run fewer."
        )
    return None


def check_jobs(settings: Settings) -> str | None:
    """Fail where jobs died, and name them."""
    with _session(settings) as session:
        dead = (
            _looked_in(session, "procrastinate_jobs").execute(_DEAD_JOBS).fetchall()
            if session
            else []
        )
    if dead:
        listed = "; ".join(f"{number} {task} {args}" for number, task, args in dead)
        raise ValueError(f"Jobs died, newest first; the worker's log says of what: {listed}")
    return None


def check_worker(settings: Settings) -> str | None:
    """Warn where no worker was heard of lately."""
    with _session(settings) as session:
        if session is None or _one(_looked_in(session, "procrastinate_workers"), _WORKERS):
            return None
    return "No worker is at work: start returns-engine worker, here or on another machine."


def check_warehouses(settings: Settings) -> str | None:
    """Warn where no warehouse takes returns: every label waits for one."""
    with _session(settings) as session:
        if session is None or _one(_looked_in(session, "warehouses"), _WAREHOUSES):
            return None
    return "No warehouse takes returns, so no label can be made: add one at /admin/data/."


def check_published_policy(settings: Settings) -> str | None:
    """Warn where the policy file is not what was published; it counts for nothing then."""
    with _session(settings) as session:
        if session is None or _one(session, "SELECT to_regclass('policies')") is None:
            return None
        published = dict(session.execute("SELECT version, sha256 FROM policies").fetchall())
    if not published:
        return None
    text = policy_text(settings.policy)
    version = read_policy(text, "the policy file").version
    if published.get(version) == hashlib.sha256(text.encode()).hexdigest():
        return None
    return (
        f"The policy file (version {version}) is none of those that were published, and counts for"
        " nothing: see returns-engine policy history, and publish it if it is the next one."
    )


@contextmanager
def _session(settings: Settings) -> Iterator[psycopg.Connection[Any] | None]:
    if settings.database_url is None:
        yield None  # Our own is started for whoever needs it.
        return
    with psycopg.connect(
        settings.database_url, connect_timeout=TIMEOUT_SECONDS, autocommit=True
    ) as session:
        session.execute(f"SET statement_timeout = '{TIMEOUT_SECONDS}s'")
        yield session


def _looked_in(session: psycopg.Connection[Any], table: str) -> psycopg.Connection[Any]:
    """Return the session where it has the table; else raise what makes it."""
    if _one(session, f"SELECT to_regclass('{table}')") is None:
        raise ValueError("Not looked at: its table is not there; run returns-engine migrate.")
    return session


def _one(session: psycopg.Connection[Any], sql: str) -> Any:  # noqa: ANN401 - whatever is asked for
    row = session.execute(sql.encode()).fetchone()
    return None if row is None else row[0]
