"""A backup comes back on the oldest PostgreSQL that the engine serves, where one is installed."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from returns_engine.bootstrap import migrate
from returns_engine.gateways.database_copy import CopyFailed, read_copy, rows_of
from returns_engine.postgres_server.account import server_account
from returns_engine.postgres_server.cluster import ENVIRONMENT, SUPERUSER
from returns_engine.postgres_server.place import Place, place_for
from returns_engine.postgres_server.starting import start
from returns_engine.postgres_server.stopping import PORT, stop
from tests.conftest import at_database, run_sql
from tests.running.processes import machine

# Where Debian and Ubuntu put them.
OLDER = sorted(Path("/usr/lib/postgresql").glob("1[56]/bin/postgres"))
pytestmark = pytest.mark.skipif(not OLDER, reason="no PostgreSQL 15 or 16 on this machine")


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an older server with two databases, `shop` and `restored`."""
    programs = OLDER[0].parent
    place = place_for(tmp_path_factory.mktemp("older"), server_account())
    _initdb(place, programs)
    place.account.own_folder(place.sockets)
    start(place, programs, fast=True)
    url = f"postgresql://{SUPERUSER}@/postgres?host={place.sockets}&port={PORT}"
    try:
        for name in ("shop", "restored", "refused"):
            run_sql(url, f"CREATE DATABASE {name}")
        yield url
    finally:
        stop(place)


class TestABackupOfAnOlderServer:
    def test_comes_back_into_one(self, older: str, tmp_path: Path):
        shop = machine(at_database(older, "shop"), tmp_path)
        migrate(shop.database_url)
        # What it says of itself in a table is not what a program says before the tables.
        words = "Dear colleague,\nSET transaction_timeout = 0;\n\\q\n"
        shop.rows("UPDATE reply_templates SET text = %s RETURNING id", words)
        done = shop.run("backup", "--to", "backup")
        assert done.returncode == 0, done.stderr

        there = machine(at_database(older, "restored"), tmp_path / "there")
        there.folder.mkdir()
        done = there.run("restore", str(shop.folder / "backup"))
        assert done.returncode == 0, done.stderr
        assert _rows(there.database_url) == _rows(shop.database_url) != {}
        assert set(there.rows("SELECT text FROM reply_templates")) == {(words,)}
        assert there.run("migrate", "--check").returncode == 0

    def test_that_breaks_off_leaves_nothing(self, older: str, tmp_path: Path):
        shop = machine(at_database(older, "shop"), tmp_path)
        migrate(shop.database_url)
        assert shop.run("backup", "--to", "backup").returncode == 0
        dump = tmp_path / "backup" / "database.dump"
        dump.write_bytes(dump.read_bytes()[:-2000])

        there = at_database(older, "refused")
        with pytest.raises(CopyFailed):
            read_copy(there, dump)
        assert _rows(there) == {}


def _initdb(place: Place, programs: Path) -> None:
    place.account.own_folder(place.cluster)
    subprocess.run(
        [
            *(str(programs / "initdb"), f"--pgdata={place.cluster}", f"--username={SUPERUSER}"),
            *("--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", "--no-sync"),
        ],
        check=True,
        capture_output=True,
        cwd="/",
        env=ENVIRONMENT,
        **place.account.popen_arguments(),
    )


def _rows(url: str) -> dict[str, int]:
    with psycopg.connect(url) as session:
        return rows_of(session)
