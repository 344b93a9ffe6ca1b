"""A PostgreSQL of our own, for a machine where none was named.

Its programs come in a wheel; several processes share one server, and the last one out stops it.
Two locks keep that straight: `door.lock`, held alone while starting or stopping; `users.lock`,
shared by every process while it uses the server, so that who gets it alone is the last one out.
The kernel gives a lock back when its process dies. For Linux and macOS; on Windows, and wherever
a server is kept already, RETURNS_ENGINE_DATABASE_URL names one.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from returns_engine.postgres_server.account import server_account
from returns_engine.postgres_server.binaries import programs_for
from returns_engine.postgres_server.cluster import SUPERUSER, ensure_cluster
from returns_engine.postgres_server.place import Place, place_for
from returns_engine.postgres_server.starting import (
    remove_left_pid_file,
    start,
    wait_until_it_answers,
)
from returns_engine.postgres_server.stopping import PORT, session, somebody_listens, stop

DATABASE = "returns_engine"


@contextmanager
def embedded_postgres(data_dir: Path, *, fast: bool = False) -> Iterator[str]:
    """Give the address of a running PostgreSQL kept in `data_dir`, for asyncpg and psycopg alike.

    Other processes may be handed the address for as long as this lease lasts. `fast` trades
    safety in a power cut for speed, for tests; who starts the server decides. Raises
    EmbeddedPostgresError with a sentence that says what to do.
    """
    place = place_for(data_dir, server_account())
    users = _open_lock(place.home / "users.lock")
    try:
        with _door(place):
            _enter(place, users, fast=fast)
        try:
            yield f"postgresql://{SUPERUSER}@/{DATABASE}?host={place.sockets}&port={PORT}"
        finally:
            with _door(place):
                _leave(place, users)
    finally:
        os.close(users)


def _enter(place: Place, users: int, *, fast: bool) -> None:
    alone = _take_alone(users)
    if somebody_listens(place):
        # Others use it, or the last of them was killed before it could stop it.
        wait_until_it_answers(place)
    else:
        _start(place, alone=alone, fast=fast)
    _ensure_database(place)
    fcntl.flock(users, fcntl.LOCK_SH)


def _start(place: Place, *, alone: bool, fast: bool) -> None:
    programs = programs_for(place.account)
    ensure_cluster(place, programs, fast=fast)
    place.account.own_folder(place.sockets)
    if alone:
        remove_left_pid_file(place)
    start(place, programs, fast=fast)


def _leave(place: Place, users: int) -> None:
    if _take_alone(users):
        stop(place)


def _ensure_database(place: Place) -> None:
    with psycopg.connect(session(place), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if known.fetchone() is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")


@contextmanager
def _door(place: Place) -> Iterator[None]:
    door = _open_lock(place.home / "door.lock")
    try:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield
    finally:
        os.close(door)


def _open_lock(file: Path) -> int:
    return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _take_alone(lock: int) -> bool:
    """Take the lock alone if nobody else has it; safe while the door is ours."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
