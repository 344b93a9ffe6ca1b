"""Stop the server that listens on our socket, and nothing else.

The number in `postmaster.pid` may belong to any process by now, so it is never signalled. The
kernel knows who listens on a socket; a pidfd keeps that process and no successor of its number.
"""

import os
import select
import signal
import socket
import struct
import time
from pathlib import Path

import psycopg

from returns_engine.postgres_server.cluster import SUPERUSER
from returns_engine.postgres_server.place import Place
from returns_engine.postgres_server.trouble import EmbeddedPostgresError

PORT = 5432  # names the socket's file; no network port is opened
SECONDS_TO_STOP = 60
_CREDENTIALS = struct.Struct("iII")


def somebody_listens(place: Place) -> bool:
    """Say whether a server accepts connections on our socket."""
    return listener(place) is not None


def listener(place: Place) -> tuple[int, int] | None:
    """Return process and user id of who listens on our socket, or None; (0, uid) if unknown."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        try:
            connection.connect(str(_socket_file(place)))
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        if not hasattr(socket, "SO_PEERCRED"):
            return 0, place.account.uid
        found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        pid, uid, _ = _CREDENTIALS.unpack(found)
        return pid, uid


def stop(place: Place) -> None:
    """Stop our server and wait until it is gone; raises EmbeddedPostgresError if it stays."""
    if hasattr(os, "pidfd_open") and hasattr(socket, "SO_PEERCRED"):
        gone = _stop_by_proof(place)
    else:
        gone = _stop_from_inside(place)
    if not gone:
        raise EmbeddedPostgresError(
            f"PostgreSQL in {place.cluster} did not stop in {SECONDS_TO_STOP} seconds; "
            f"{place.log} may say why."
        )


def _stop_by_proof(place: Place) -> bool:
    first = listener(place)
    if first is None:
        return True
    pid, uid = first
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        # Still the same listener: so the pidfd is the server's, and stays the server's.
        if uid != place.account.uid or listener(place) != first:
            return not somebody_listens(place)
        signal.pidfd_send_signal(process, signal.SIGINT)
        ended, _, _ = select.select([process], [], [], SECONDS_TO_STOP)
        return bool(ended)
    finally:
        os.close(process)


def _stop_from_inside(place: Place) -> bool:
    """Let a session of the server signal its own parent, where the kernel offers no pidfd.

    A session's parent is the server for as long as the session lives (macOS has `ps` too).
    """
    ask = """COPY (SELECT 1) TO PROGRAM 'kill -INT $(ps -o ppid= -p $PPID)'"""
    try:
        with psycopg.connect(session(place), autocommit=True) as connection:
            connection.execute(ask)
    except psycopg.OperationalError:
        pass  # the server may end this session before it answers
    limit = time.monotonic() + SECONDS_TO_STOP
    while left_pid_file(place).exists() and time.monotonic() < limit:
        time.sleep(0.05)
    return not left_pid_file(place).exists()


def session(place: Place) -> str:
    """Return what psycopg needs to connect to our server."""
    return f"host={place.sockets} port={PORT} user={SUPERUSER} dbname=postgres"


def left_pid_file(place: Place) -> Path:
    """Return the file in which a server notes its own number."""
    return place.cluster / "postmaster.pid"


def _socket_file(place: Place) -> Path:
    return place.sockets / f".s.PGSQL.{PORT}"
