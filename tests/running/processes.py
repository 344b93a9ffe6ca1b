"""`returns-engine` as real processes, started as an operator starts them."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psycopg

WITHIN_SECONDS = 180.0
SECRET = "s" * 40
Found = TypeVar("Found")


def until(look: Callable[[], Found]) -> Found:
    """Look again and again until something is found."""
    limit = time.monotonic() + WITHIN_SECONDS
    while not (found := look()):
        assert time.monotonic() < limit, "what was waited for never came"
        time.sleep(0.05)
    return found


@dataclass(frozen=True, kw_only=True)
class Machine:
    """One machine of a shop: the settings all of its processes have."""

    environ: Mapping[str, str]
    folder: Path

    @property
    def database_url(self) -> str:
        return self.environ["RETURNS_ENGINE_DATABASE_URL"]

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            _command(*words),
            env={**self.environ, **more},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=WITHIN_SECONDS,
        )

    @contextmanager
    def process(self, *words: str, **more: str) -> Iterator["Running"]:
        """Start a command that lasts; it and what it started are killed at the end."""
        said = self.folder / f"{words[0]}.log"
        with said.open("wb") as log:
            process = subprocess.Popen(
                _command(*words),
                env={**self.environ, **more},
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        running = Running(process=process, said=said)
        try:
            yield running
        finally:
            for number in (*running.children(), process.pid):
                _kill(number)
            process.wait()

    @contextmanager
    def serving(self, processes: int = 1, **more: str) -> Iterator["Web"]:
        """Serve on a free port, and return when it answers."""
        port = more.pop("RETURNS_ENGINE_PORT", None) or str(free_port())
        settings = {"RETURNS_ENGINE_PORT": port, "RETURNS_ENGINE_WEB_PROCESSES": str(processes)}
        with self.process("serve", **settings, **more) as running:
            address = f"http://127.0.0.1:{port}"
            with httpx.Client(base_url=address, timeout=WITHIN_SECONDS) as client:
                web = Web(
                    process=running.process, said=running.said, address=address, client=client
                )
                until(web.answers)
                yield web

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            return connection.execute(sql, values).fetchall()


@dataclass(frozen=True, kw_only=True)
class Running:
    """A command that runs; what it says goes to a file."""

    process: "subprocess.Popen[bytes]"
    said: Path

    def tell(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ended(self) -> int:
        """Wait for its end and return its exit status."""
        return self.process.wait(WITHIN_SECONDS)

    def children(self) -> list[int]:
        """Return the processes that it started, without the one that keeps count for Python."""
        task = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        try:
            numbers = [int(number) for number in task.read_text().split()]
        except OSError:
            return []
        return [number for number in numbers if b"resource_tracker" not in _command_line(number)]


@dataclass(frozen=True, kw_only=True)
class Web(Running):
    """`serve`, and a client of it."""

    address: str
    client: httpx.Client

    def answers(self) -> bool:
        """Say whether it is ready; each time over a connection of its own."""
        assert self.process.poll() is None, self.said.read_text()
        return self.status("/health/ready") == httpx.codes.OK

    def status(self, path: str) -> int | None:
        """Return the status of a call over a connection of its own, or None where it is refused."""
        called = http.client.HTTPConnection(self.address.removeprefix("http://"), timeout=60)
        try:
            called.request("GET", path)
            return called.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            called.close()


def machine(database_url: str, folder: Path, **more: str) -> Machine:
    """Return a machine with nothing but a database and a secret set."""
    ours = {name: text for name, text in os.environ.items() if "RETURNS_ENGINE" not in name}
    return Machine(
        folder=folder,
        environ=ours
        | {
            "RETURNS_ENGINE_MODE": "test",
            "RETURNS_ENGINE_DATABASE_URL": database_url,
            "RETURNS_ENGINE_DATA_DIR": str(folder / "data"),
            "RETURNS_ENGINE_SECRET_KEY": SECRET,
        }
        | more,
    )


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def is_gone(number: int) -> bool:
    """Say whether a process has ended, or waits for nothing but its parent to hear of it."""
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "returns_engine.cli.main", *words]


def _command_line(number: int) -> bytes:
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:
        return b""


def _kill(number: int) -> None:
    with suppress(ProcessLookupError):  # it ended by itself
        os.kill(number, signal.SIGKILL)
