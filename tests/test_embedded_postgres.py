"""The embedded PostgreSQL: shared, stopped by the last one out, and harmless to everybody else."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from returns_engine.embedded_postgres import embedded_postgres
from returns_engine.postgres_server.account import server_account
from returns_engine.postgres_server.place import Place, place_for
from returns_engine.postgres_server.stopping import listener
from returns_engine.postgres_server.trouble import EmbeddedPostgresError

USER_OF_THE_SERVER = """
import sys
from pathlib import Path
from returns_engine.embedded_postgres import embedded_postgres
with embedded_postgres(Path(sys.argv[1]), fast=True) as url:
    print(url, flush=True)
    sys.stdin.readline()
"""


class ServerUser:
    """Another process that uses the server until it is told to leave."""

    def __init__(self, data_dir: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER_OF_THE_SERVER, str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def url(self) -> str:
        return self.process.stdout.readline().strip()

    def leave(self) -> None:
        self.process.communicate("\n", timeout=60)

    def die(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=60)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A folder that the account of the server can reach, as pytest's own cannot be."""
    with tempfile.TemporaryDirectory(prefix="returns-test-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture
def place(data_dir: Path) -> Place:
    return place_for(data_dir, server_account())


def answers(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def wait_until_gone(pid: int) -> None:
    while Path(f"/proc/{pid}").exists():
        time.sleep(0.01)


class TestOneServerForAll:
    def test_eight_starters_at_once_make_one_server(self, data_dir, place):
        users = [ServerUser(data_dir) for _ in range(8)]
        urls = {user.url() for user in users}
        log = place.log.read_text()

        for user in users:
            user.leave()

        assert len(urls) == 1
        assert log.count("ready to accept connections") == 1
        assert listener(place) is None

    def test_the_last_one_out_stops_it(self, data_dir):
        with embedded_postgres(data_dir, fast=True) as url:
            other = ServerUser(data_dir)
            assert other.url() == url
            other.leave()
            assert answers(url)

        assert not answers(url)

    def test_who_started_it_may_leave_first(self, data_dir):
        starter = ServerUser(data_dir)
        url = starter.url()
        with embedded_postgres(data_dir, fast=True):
            starter.leave()

            assert answers(url)
        assert not answers(url)

    def test_a_killed_user_takes_nobody_along(self, data_dir):
        starter, other = ServerUser(data_dir), ServerUser(data_dir)
        url = starter.url()
        other.url()

        starter.die()

        assert answers(url)
        other.leave()
        assert not answers(url)

    def test_a_server_left_by_a_killed_user_serves_the_next_one(self, data_dir, place):
        only = ServerUser(data_dir)
        only.url()
        only.die()
        left = listener(place)

        with embedded_postgres(data_dir, fast=True):
            assert listener(place) == left
        assert listener(place) is None

    def test_what_was_written_is_there_next_time(self, data_dir):
        with embedded_postgres(data_dir, fast=True) as url, psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        with embedded_postgres(data_dir, fast=True) as url, psycopg.connect(url) as connection:
            assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to see who is there")
class TestWhatAServerLeftBehind:
    @pytest.fixture
    def crashed(self, data_dir, place) -> Path:
        """The note of a server that was killed."""
        only = ServerUser(data_dir)
        only.url()
        pid, _ = listener(place)
        only.die()
        note = (place.cluster / "postmaster.pid").read_text()
        os.kill(pid, signal.SIGKILL)
        wait_until_gone(pid)
        deadline = time.monotonic() + 60
        while any(_works_in(place.cluster, p) for p in Path("/proc").glob("[0-9]*")):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        (place.cluster / "postmaster.pid").write_text(note)
        return place.cluster / "postmaster.pid"

    def test_the_number_it_noted_is_signalled_by_nobody(self, data_dir, crashed):
        innocent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        first, *rest = crashed.read_text().splitlines(keepends=True)
        crashed.write_text("".join([f"{innocent.pid}\n", *rest]))

        with embedded_postgres(data_dir, fast=True) as url:
            assert answers(url)

        assert first.strip() != str(innocent.pid)
        assert innocent.poll() is None
        innocent.communicate(b"\n")
        assert innocent.returncode == 0

    def test_the_next_start_works(self, data_dir, crashed):
        assert crashed.exists()
        with embedded_postgres(data_dir, fast=True) as url:
            assert answers(url)


def _works_in(cluster: Path, process: Path) -> bool:
    try:
        return (process / "cwd").samefile(cluster)
    except OSError:
        return False


class TestWhatIsRefused:
    def test_a_cluster_of_another_version_with_what_to_do(self, data_dir, place):
        place.cluster.mkdir()
        (place.cluster / "PG_VERSION").write_text("16\n")

        with (
            pytest.raises(EmbeddedPostgresError, match=r"made by PostgreSQL 16.*Dump it with"),
            embedded_postgres(data_dir),
        ):
            raise AssertionError

    def test_a_socket_folder_that_others_may_enter(self, data_dir, place):
        place.sockets.mkdir()
        place.sockets.chmod(0o755)

        with (
            pytest.raises(EmbeddedPostgresError, match="closed to everybody else"),
            embedded_postgres(data_dir, fast=True),
        ):
            raise AssertionError
        assert place.sockets.stat().st_mode & 0o777 == 0o755

    def test_a_start_that_fails_says_what_the_server_wrote(self, data_dir, place):
        with embedded_postgres(data_dir, fast=True):
            pass
        with (place.cluster / "postgresql.conf").open("a") as configuration:
            configuration.write("no_such_setting = 1\n")

        with (
            pytest.raises(EmbeddedPostgresError, match="no_such_setting"),
            embedded_postgres(data_dir),
        ):
            raise AssertionError


class TestPlaces:
    @pytest.mark.parametrize("name", ["with, comma", "d$(id)`id`'\"", "x" * 90, "größe"])
    def test_any_folder_name_works(self, data_dir, name):
        with embedded_postgres(data_dir / name, fast=True) as url:
            assert answers(url)
        shutil.rmtree(place_for(data_dir / name, server_account()).sockets)

    def test_only_the_socket_can_be_connected_to(self, data_dir):
        with embedded_postgres(data_dir, fast=True) as url, psycopg.connect(url) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
            assert connection.info.get_parameters()["host"].startswith("/")

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
    def test_root_in_a_home_nobody_may_enter_keeps_the_data_elsewhere(self, data_dir):
        home = data_dir / "home"
        home.mkdir(mode=0o700)
        inside = home / "clone" / ".data"

        with embedded_postgres(inside, fast=True) as url:
            assert answers(url)

        elsewhere = place_for(inside, server_account()).home
        assert not elsewhere.is_relative_to(data_dir)
        assert str(elsewhere) in (inside / "postgres" / "PLACE").read_text()
        assert home.stat().st_mode & 0o777 == 0o700
        shutil.rmtree(elsewhere)

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
    def test_a_data_folder_made_anew_does_not_find_the_old_data(self, data_dir):
        (data_dir / "home").mkdir(mode=0o700)
        inside = data_dir / "home" / ".data"
        first = place_for(inside, server_account())
        shutil.rmtree(inside)

        second = place_for(inside, server_account())

        assert first.home != second.home
        for place in (first, second):
            place.home.rmdir()


class TestWithoutPidfd:
    def test_the_server_is_asked_to_stop_from_inside(self, data_dir, monkeypatch):
        with embedded_postgres(data_dir, fast=True) as url:
            monkeypatch.delattr(socket, "SO_PEERCRED")

        assert not answers(url)
