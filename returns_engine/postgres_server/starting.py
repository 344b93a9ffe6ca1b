"""Start the server, and wait until it answers."""

import subprocess
import threading
import time
from pathlib import Path

import psycopg

from returns_engine.postgres_server.cluster import ENVIRONMENT
from returns_engine.postgres_server.place import Place
from returns_engine.postgres_server.stopping import PORT, left_pid_file, session, somebody_listens
from returns_engine.postgres_server.trouble import EmbeddedPostgresError

SECONDS_TO_START = 60
LONGEST_LOG = 10_000_000  # bytes; a longer one is begun anew
# For tests: what is lost in a power cut may be lost; locks and isolation are as in production.
FAST = ("-c", "fsync=off", "-c", "full_page_writes=off")


def start(place: Place, programs: Path, *, fast: bool) -> None:
    """Start the server and wait until it answers; raises EmbeddedPostgresError with its log."""
    process = _launch(place, programs, fast=fast)
    # Reaped whenever it ends: a dead server left unreaped would look alive to the next one.
    threading.Thread(target=process.wait, daemon=True, name="reap-postgres").start()
    wait_until_it_answers(place, process)


def wait_until_it_answers(place: Place, process: subprocess.Popen[bytes] | None = None) -> None:
    """Return when a session can be had; raises EmbeddedPostgresError when there is no hope."""
    limit = time.monotonic() + SECONDS_TO_START
    while not _answers(place):
        ended = process is not None and process.poll() is not None
        if ended or time.monotonic() > limit:
            raise EmbeddedPostgresError(f"PostgreSQL did not start. {_end_of_log(place)}")
        time.sleep(0.02)


def remove_left_pid_file(place: Place) -> None:
    """Remove the note of a server that is gone; only for who holds `users.lock` alone.

    PostgreSQL believes such a note as soon as any process has that number again. Where there is
    no /proc to prove that nobody lives in the cluster, the note stays and PostgreSQL judges.
    """
    processes = Path("/proc")
    if not left_pid_file(place).exists() or not (processes / "self" / "cwd").exists():
        return
    if not any(_lives_in(place.cluster, process) for process in processes.glob("[0-9]*")):
        left_pid_file(place).unlink()


def _lives_in(cluster: Path, process: Path) -> bool:
    """Say whether the process works in the cluster, as each of PostgreSQL's processes does."""
    try:
        return (process / "cwd").samefile(cluster)
    except OSError:
        return False  # it ended meanwhile, or is another user's


def _launch(place: Place, programs: Path, *, fast: bool) -> subprocess.Popen[bytes]:
    command = [
        str(programs / "postgres"),
        *("-D", str(place.cluster), "-p", str(PORT), "-k", str(place.sockets)),
        *("-c", "listen_addresses=", "-c", "unix_socket_permissions=0700"),
        *("-c", "timezone=UTC", "-c", "log_timezone=UTC", "-c", "max_connections=200"),
        *(FAST if fast else ()),
    ]
    long_already = place.log.exists() and place.log.stat().st_size > LONGEST_LOG
    with place.log.open("wb" if long_already else "ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own arguments, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=ENVIRONMENT,
            start_new_session=True,  # Ctrl-C is for us; we stop the server in our own time
            **place.account.popen_arguments(),
        )


def _answers(place: Place) -> bool:
    if not somebody_listens(place):
        return False
    try:
        psycopg.connect(session(place), connect_timeout=SECONDS_TO_START).close()
    except psycopg.OperationalError:
        return False
    return True


def _end_of_log(place: Place) -> str:
    lines = place.log.read_text(errors="replace").splitlines()[-5:]
    return "\n".join([f"The end of {place.log}:", *lines])
