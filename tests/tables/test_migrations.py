import os
import socketserver
import struct
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import asyncpg
import pytest

from returns_engine.bootstrap import DatabaseUnfit, migrate
from returns_engine.tables.piccolo_app import APP_CONFIG
from tests.conftest import at_database, run_sql

ROOT = Path(__file__).parents[2]


@pytest.fixture
def empty_database(postgres: str, prefix: str) -> Iterator[str]:
    name = f"{prefix}_empty"
    run_sql(postgres, f"CREATE DATABASE {name}")
    yield at_database(postgres, name)
    run_sql(postgres, f"DROP DATABASE {name} WITH (FORCE)")


class TestMigrating:
    def test_does_it_all_once_and_then_nothing(self, empty_database: str):
        assert len(migrate(empty_database)) > 2
        assert migrate(empty_database) == []

    def test_waits_for_another_who_is_at_it(self, empty_database: str):
        command = [sys.executable, "-c", "import sys; from returns_engine.bootstrap import migrate"]
        command[-1] += "; print(len(migrate(sys.argv[1])))"
        with ThreadPoolExecutor() as threads:
            runs = [
                threads.submit(
                    subprocess.run,
                    [*command, empty_database],
                    capture_output=True,
                    text=True,
                    check=True,
                    cwd=ROOT,
                )
                for _ in range(3)
            ]
            done = sorted(int(run.result().stdout) for run in runs)

        assert done[:2] == [0, 0]
        assert done[2] > 2

    def test_refuses_a_server_older_than_fifteen(self):
        with _old_server() as url, pytest.raises(DatabaseUnfit, match=r"15 or later.* this is 14"):
            migrate(url)

    def test_says_that_nobody_answers(self):
        with pytest.raises(DatabaseUnfit, match="cannot be reached"):
            migrate("postgresql://nobody@127.0.0.1:1/nothing")


class TestTheMigrations:
    def test_hold_the_tables_as_they_are_declared(self, database_url: str, tmp_path: Path):
        """Piccolo would write a migration for whatever differs; it finds nothing to write."""
        folder = Path(APP_CONFIG.resolved_migrations_folder_path)
        before = sorted(path.name for path in folder.iterdir())
        ran = subprocess.run(
            [
                *(sys.executable, "-m", "piccolo.main", "migrations", "new", "returns_engine"),
                *("--auto", "--desc=drift"),
            ],
            env=os.environ | {"RETURNS_ENGINE_DATABASE_URL": database_url, "PYTHONPATH": str(ROOT)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        new = {path.name for path in folder.iterdir()} - set(before) - {"__pycache__"}
        for name in new:
            (folder / name).unlink()

        assert not new, ran.stdout
        assert "No changes detected" in ran.stdout, ran.stdout + ran.stderr

    async def test_hold_the_checks_as_they_are_declared(self, database_url: str):
        """Piccolo does not see a check whose condition changed, so we look ourselves."""
        connection = await asyncpg.connect(database_url)
        try:
            for table in APP_CONFIG.table_classes:
                await _compare_checks(connection, table)
        finally:
            await connection.close()


async def _compare_checks(connection: asyncpg.Connection, table: type) -> None:
    meta = table._meta  # noqa: SLF001 - Piccolo's way to the constraints
    checks = {
        one._meta.name: one.condition  # noqa: SLF001 - see above
        for one in meta.constraints
        if hasattr(one, "condition")
    }
    for name, condition in checks.items():
        probe = f"probe_{name}"[:63]
        await connection.execute(
            f'ALTER TABLE {meta.tablename} ADD CONSTRAINT "{probe}" CHECK ({condition})'
        )
        stored = await connection.fetch(
            "SELECT pg_get_constraintdef(oid) AS is FROM pg_constraint WHERE conname IN ($1, $2)",
            name,
            probe,
        )
        assert len(stored) == 2, name
        assert stored[0]["is"] == stored[1]["is"], name


class _OldServer(socketserver.BaseRequestHandler):
    """Greets like a PostgreSQL 14: no encryption, no password, ready for a query."""

    def handle(self) -> None:
        while True:
            length, code = struct.unpack("!ii", self.request.recv(8))
            self.request.recv(length - 8)
            if code == 3 << 16:
                break
            self.request.sendall(b"N")
        version = b"server_version\x0014.9\x00client_encoding\x00UTF8\x00".split(b"\x00")
        settings = [b"\x00".join(version[at : at + 2]) + b"\x00" for at in (0, 2)]
        said = [(b"R", struct.pack("!i", 0)), *[(b"S", one) for one in settings], (b"Z", b"I")]
        for kind, body in said:
            self.request.sendall(kind + struct.pack("!i", len(body) + 4) + body)
        self.request.recv(1024)


@contextmanager
def _old_server() -> Iterator[str]:
    with socketserver.TCPServer(("127.0.0.1", 0), _OldServer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"postgresql://anyone@127.0.0.1:{server.server_address[1]}/any"
        server.shutdown()
