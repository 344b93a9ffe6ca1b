"""Where a benchmark runs: a database of its own, a sandbox of its own, the engine as processes.

The database is a PostgreSQL of our own with its safety on (fsync): the figures are a shop's.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from returns_engine.bootstrap import migrate
from returns_engine.embedded_postgres import embedded_postgres
from returns_engine.sandbox.server import Sandbox, running_sandbox

_TEMPLATE = "bench_template"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One result; `goal` says what it should be."""

    name: str
    value: str
    goal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a benchmark works with."""

    database_url: str
    sandbox: Sandbox
    environ: Mapping[str, str]

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run one worker process until the block is left."""
        process = subprocess.Popen(self.command("worker"), env=self.environ)  # noqa: S603 - our own
        try:
            yield process
        finally:
            # Killed: what hangs on purpose would keep it for its whole grace.
            process.kill()
            process.wait(10)

    def command(self, *words: str) -> list[str]:
        """Return the command line of `returns-engine` with `words`."""
        return [sys.executable, "-m", "returns_engine.cli.main", *words]


@contextmanager
def servers(folder: Path) -> Iterator[str]:
    """Give a PostgreSQL that lives as long as the benchmarks, with a database to copy."""
    with embedded_postgres(folder / "postgres") as url:
        _run(url, f"CREATE DATABASE {_TEMPLATE}")
        migrate(_at(url, _TEMPLATE))
        yield url


@contextmanager
def place(server: str, name: str, folder: Path) -> Iterator[Place]:
    """Give a benchmark its own database, brought up to date, and its own sandbox."""
    _run(server, f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
    url = _at(server, name)
    try:
        with running_sandbox() as sandbox:
            yield Place(
                database_url=url, sandbox=sandbox, environ=_environ(url, sandbox, folder / name)
            )
    finally:
        _run(server, f"DROP DATABASE {name} WITH (FORCE)")


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


def _at(server: str, name: str) -> str:
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def _run(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)
