"""A database written out to one file, and read into an empty one, by PostgreSQL's own programs.

The wheel that carries our PostgreSQL carries them too; they know servers up to their own version.
"""

import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from returns_engine.postgres_server.binaries import programs_in_wheel

# Whose the tables are, and who may read them, is the new place's affair.
_PLAIN = ("--no-owner", "--no-privileges", "--no-password")
# pg_restore writes this whatever the server is, and those before 17 know no such setting.
_SINCE_17 = b"SET transaction_timeout = 0;\n"
_ANYWHERE = (
    b"SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'transaction_timeout';\n"
)
_END_OF_PREAMBLE = b"SELECT pg_catalog.set_config('search_path'"
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

    The server may be older than the programs: PostgreSQL 15 or later. `programs` is the folder of
    another `pg_restore` and `psql`. Raises CopyFailed.
    """
    folder = programs or programs_in_wheel()
    address, environ = _session_of(database_url)
    written = [str(folder / "pg_restore"), "--file=-", *_PLAIN[:2], str(file)]
    read_in = [
        *(str(folder / "psql"), f"--dbname={address}", "--no-password", "--no-psqlrc", "--quiet"),
        *("--set=ON_ERROR_STOP=1", "--output=/dev/null"),
    ]
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as said_by_psql:
        try:
            with (
                subprocess.Popen(written, stdout=subprocess.PIPE, stderr=said) as source,  # noqa: S603 - our own arguments, no shell
                subprocess.Popen(  # noqa: S603 - as above
                    read_in,
                    env=environ,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=said_by_psql,
                ) as target,
            ):
                _hand_over(source, target)
        except OSError as error:
            raise CopyFailed(f"{error.filename}: {error.strerror}") from error
        # Where psql gave up first, pg_restore only tells that nobody reads any more.
        for process, words in ((target, said_by_psql), (source, said)):
            if process.returncode:
                raise CopyFailed(_words(words) or f"It ended with {process.returncode}.")
    with psycopg.connect(database_url) as session:
        return rows_of(session)


def _hand_over(source: "subprocess.Popen[bytes]", target: "subprocess.Popen[bytes]") -> None:
    """Give one program what the other writes, in one transaction that ends well or not at all."""
    if source.stdout is None or target.stdin is None:
        raise TypeError("Both are pipes.")
    with suppress(BrokenPipeError):  # psql gave up, and says why
        target.stdin.write(b"BEGIN;\n")
        for line in source.stdout:
            target.stdin.write(_ANYWHERE if line == _SINCE_17 else line)
            if line.startswith(_END_OF_PREAMBLE):
                break
        shutil.copyfileobj(source.stdout, target.stdin)
        # Without this, where the file ends too early, the session ends and all is undone.
        if source.wait() == 0:
            target.stdin.write(b"COMMIT;\n")
    with suppress(BrokenPipeError):
        target.stdin.close()


def rows_of(session: psycopg.Connection[Any]) -> dict[str, int]:
    """Count the rows of each table."""
    tables = [row[0] for row in session.execute(_TABLES)]
    return {table: _one(session, f"SELECT count(*) FROM {table}") for table in tables}  # noqa: S608 - as PostgreSQL itself quotes it


def _one(session: psycopg.Connection[Any], sql: str) -> Any:  # noqa: ANN401 - whatever is asked for
    row = session.execute(sql.encode()).fetchone()
    if row is None:
        raise CopyFailed(f"No answer: {sql}")
    return row[0]


def _session_of(database_url: str) -> tuple[str, dict[str, str]]:
    """Return the address without its password, and an environment that holds it."""
    # A password on a command line could be read by everybody on the machine.
    known: dict[str, Any] = conninfo_to_dict(database_url)
    password = known.get("password") or os.environ.get("PGPASSWORD", "")
    address = make_conninfo(**{name: text for name, text in known.items() if name != "password"})
    return address, {**os.environ, "PGPASSWORD": password}


def _words(said: IO[bytes]) -> str:
    said.seek(0)
    return said.read().decode(errors="replace").strip()


def _run(program: Path, *words: str, database_url: str) -> None:
    address, environ = _session_of(database_url)
    command = [str(program), f"--dbname={address}", *words]
    try:
        done = subprocess.run(  # noqa: S603 - our own arguments, no shell
            command, env=environ, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise CopyFailed(f"{program}: {error.strerror}") from error
    if done.returncode:
        raise CopyFailed(done.stderr.strip() or f"{program.name} ended with {done.returncode}.")
