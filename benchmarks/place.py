"""Where a benchmark runs: a database of its own, a sandbox of its own, the engine as processes.

The database is a PostgreSQL of our own with its safety on (fsync): the figures are a shop's.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg

from returns_engine.bootstrap import migrate
from returns_engine.embedded_postgres import embedded_postgres
from returns_engine.sandbox.server import Sandbox, running_sandbox

_TEMPLATE = "bench_template"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a benchmark works with."""

    database_url: str
    sandbox: Sandbox
    environ: Mapping[str, str]

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run one worker process until the block is left."""
        with _running(self.command("worker"), self.environ) as process:
            yield process

    @contextmanager
    def web(self) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
        """Run one web process until the block is left, and give it with its port."""
        port = free_port()
        environ = {**self.environ, "RETURNS_ENGINE_PORT": str(port)}
        with _running(self.command("serve"), environ) as process:
            wait_for(f"http://127.0.0.1:{port}/health/ready")
            yield process, port

    def command(self, *words: str) -> list[str]:
        """Return the command line of `returns-engine` with `words`."""
        return [sys.executable, "-m", "returns_engine.cli.main", *words]


@contextmanager
def _running(command: list[str], environ: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, env=environ)  # noqa: S603 - our own
    try:
        yield process
    finally:
        # Killed: what hangs on purpose would keep it for its whole grace.
        process.kill()
        process.wait(10)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def wait_for(address: str) -> None:
    """Wait until a server answers; raises TimeoutError after a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(httpx.HTTPError):
            if httpx.get(address).is_success:
                return
        time.sleep(0.1)
    raise TimeoutError(f"Nobody answers at {address}.")


@contextmanager
def servers(folder: Path) -> Iterator[str]:
    """Give a PostgreSQL that lives as long as the benchmarks, with a database to copy.

    What it holds is kept in `folder`; what an earlier run left half done is thrown away.
    """
    with embedded_postgres(folder) as url:
        _drop(url, _TEMPLATE)
        _run(url, f"CREATE DATABASE {_TEMPLATE}")
        migrate(at_database(url, _TEMPLATE))
        yield url


@contextmanager
def place(server: str, name: str, folder: Path, *, template: str = _TEMPLATE) -> Iterator[Place]:
    """Give a benchmark its own database, copied from `template`, and its own sandbox."""
    _drop(server, name)
    _run(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    url = at_database(server, name)
    try:
        with running_sandbox() as sandbox:
            yield Place(
                database_url=url, sandbox=sandbox, environ=_environ(url, sandbox, folder / name)
            )
    finally:
        _drop(server, name)


def _drop(server: str, name: str) -> None:
    _run(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _environ(url: str, sandbox: Sandbox, data_dir: Path) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if "RETURNS_ENGINE" not in name}
    return kept | {
        "RETURNS_ENGINE_MODE": "test",
        "RETURNS_ENGINE_DATABASE_URL": url,
        "RETURNS_ENGINE_DATA_DIR": str(data_dir),
        "RETURNS_ENGINE_SECRET_KEY": "s" * 40,
        "RETURNS_ENGINE_STRIPE_KEY": sandbox.api_key,
        "RETURNS_ENGINE_STRIPE_ADDRESS": sandbox.address,
        "RETURNS_ENGINE_SMTP_HOST": sandbox.host,
        "RETURNS_ENGINE_SMTP_PORT": str(sandbox.smtp_port),
        "RETURNS_ENGINE_SMTP_SECURITY": "none",
        "RETURNS_ENGINE_LOG_LEVEL": "error",
    }


def at_database(server: str, name: str) -> str:
    """Return the address of another database of the same server."""
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def _run(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)
