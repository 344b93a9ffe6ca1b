"""A database written out to one file, and read into an empty one, by PostgreSQL's own programs.

The wheel that carries our PostgreSQL carries them too; they know servers up to their own version.
"""

import os
import subprocess
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from returns_engine.postgres_server.binaries import programs_in_wheel

# Whose the tables are, and who may read them, is the new place's affair.
_PLAIN = ("--no-owner", "--no-privileges", "--no-password")
_TABLES = """
SELECT c.oid::regclass::text FROM pg_class c
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1
"""


class CopyFailed(Exception):  # noqa: N818 - named for what happened
    """A database could not be written out or read in; the message is the program's own."""


def write_copy(database_url: str, file: Path, *, programs: Path | None = None) -> dict[str, int]:
    """Write the database to `file`, which only its owner may read; return the rows of each table.

    Rows and file are of one moment, and nobody who works on the database waits for it. `programs`
    is the folder of another `pg_dump`. Raises CopyFailed.
    """
    with psycopg.connect(database_url) as session:
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        moment = _one(session, "SELECT pg_export_snapshot()")
        file.touch(mode=0o600)
        _run(
            (programs or programs_in_wheel()) / "pg_dump",
            *("--format=custom", f"--snapshot={moment}", f"--file={file}", *_PLAIN),
            database_url=database_url,
        )
        return rows_of(session)


def read_copy(database_url: str, file: Path, *, programs: Path | None = None) -> dict[str, int]:
    """Read `file` into an empty database, whole or not at all; return the rows of each table.

    Raises CopyFailed.
    """
    _run(
        (programs or programs_in_wheel()) / "pg_restore",
        *("--exit-on-error", "--single-transaction", *_PLAIN, str(file)),
        database_url=database_url,
    )
    with psycopg.connect(database_url) as session:
        return rows_of(session)


def rows_of(session: psycopg.Connection[Any]) -> dict[str, int]:
    """Count the rows of each table."""
    tables = [row[0] for row in session.execute(_TABLES)]
    return {table: _one(session, f"SELECT count(*) FROM {table}") for table in tables}  # noqa: S608 - as PostgreSQL itself quotes it


def _one(session: psycopg.Connection[Any], sql: str) -> Any:  # noqa: ANN401 - whatever is asked for
    row = session.execute(sql.encode()).fetchone()
    if row is None:
        raise CopyFailed(f"No answer: {sql}")
    return row[0]


def _run(program: Path, *words: str, database_url: str) -> None:
    # A password on a command line could be read by everybody on the machine.
    known: dict[str, Any] = conninfo_to_dict(database_url)
    environ = {
        **os.environ,
        "PGPASSWORD": known.get("password") or os.environ.get("PGPASSWORD", ""),
    }
    address = make_conninfo(**{name: text for name, text in known.items() if name != "password"})
    command = [str(program), f"--dbname={address}", *words]
    try:
        done = subprocess.run(  # noqa: S603 - our own arguments, no shell
            command, env=environ, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise CopyFailed(f"{program}: {error.strerror}") from error
    if done.returncode:
        raise CopyFailed(done.stderr.strip() or f"{program.name} ended with {done.returncode}.")
