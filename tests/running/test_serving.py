"""`serve` as processes: they share the work, replace each other, and end as they are told."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from returns_engine.postgres_server.account import server_account
from returns_engine.postgres_server.place import place_for
from returns_engine.postgres_server.stopping import somebody_listens
from returns_engine.sandbox.sample_order import SampleOrder
from tests.conftest import at_database
from tests.journeys.orders import asked
from tests.running.processes import (
    WITHIN_SECONDS,
    Machine,
    Web,
    free_port,
    is_gone,
    machine,
    until,
)

_WAITS = """
SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
"""

_HAND_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[2], sys.argv[2:])
"""


class TestSeveralProcesses:
    def test_one_that_is_killed_is_replaced_and_calls_go_on(self, shop: Machine):
        with shop.serving(2) as web:
            first, second = until(lambda: _both(web))
            os.kill(first, signal.SIGKILL)

            answers = [web.status("/health/ready") for _ in range(10)]
            assert answers == [200] * 10
            replaced = until(lambda: _both(web) if first not in web.children() else None)
            assert second in replaced
            os.kill(second, signal.SIGKILL)
            until(lambda: second not in web.children() and web.status("/health/ready") == 200)

    def test_one_that_dies_while_the_database_is_away_is_replaced_when_it_is_back(
        self, shop: Machine
    ):
        with shop.serving(2) as web:
            first, second = until(lambda: _both(web))
            with _away(shop):
                os.kill(first, signal.SIGKILL)
                until(lambda: b'"could_not_start": true' in web.said.read_bytes())
                assert second in web.children()
                assert web.status("/health/live") == 200

            until(lambda: _both(web) if first not in web.children() else None)
            assert web.status("/health/ready") == 200
            assert web.process.poll() is None

    def test_a_call_sent_to_both_happens_once(self, shop: Machine, order: SampleOrder, key: str):
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "the-same"}
        wish = {"order_number": order.number, "lines": [asked()]}
        with shop.serving(2) as web:
            answers = []
            for other in until(lambda: _both(web)):
                with _held_up(other):
                    answers.append(
                        httpx.post(
                            f"{web.address}/api/v1/returns",
                            json=wish,
                            headers=headers,
                            timeout=60,
                        )
                    )

        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json()["number"] == answers[1].json()["number"]
        assert "idempotent-replayed" in answers[1].headers
        assert shop.rows("SELECT count(*) FROM returns") == [(1,)]

    def test_tries_at_both_are_counted_together(self, shop: Machine, order: SampleOrder):
        who = {"order_number": order.number, "contact": order.email}
        with shop.serving(2, RETURNS_ENGINE_LOOKUP_LIMIT_CONTACT="2") as web:
            statuses = []
            for other in until(lambda: _both(web)):
                with _held_up(other):
                    statuses += [
                        httpx.post(
                            f"{web.address}/api/v1/order-lookups", json=who, timeout=60
                        ).status_code
                        for _ in range(2)
                    ]

        assert statuses == [202, 202, 429, 429]

    def test_tell_of_the_answers_of_both(self, shop: Machine):
        with shop.serving(2) as web:
            for other in until(lambda: _both(web)):
                with _held_up(other):
                    assert [web.status("/health/live") for _ in range(3)] == [200] * 3
            told = web.client.get("/metrics").text

        counted = re.search(r'http_answers_total\{[^}]*route="/health/live"[^}]*\} (\d+)', told)
        assert counted is not None
        assert int(counted.group(1)) == 6

    def test_end_with_the_process_that_started_them(self, shop: Machine):
        with shop.serving(2) as web:
            children = until(lambda: _both(web))
            web.tell(signal.SIGKILL)

            until(lambda: all(is_gone(child) for child in children))


class TestBeingToldToStop:
    @pytest.mark.parametrize(
        ("processes", "number"), [(1, signal.SIGTERM), (1, signal.SIGINT), (2, signal.SIGTERM)]
    )
    def test_the_call_that_runs_is_finished_and_no_other_is_taken(
        self, shop: Machine, order: SampleOrder, key: str, processes: int, number: signal.Signals
    ):
        with shop.serving(processes) as web, _slow(shop) as slow, ThreadPoolExecutor() as threads:
            running = threads.submit(
                web.client.get,
                f"/api/v1/orders/{order.number}",
                headers={"Authorization": f"Bearer {key}"},
            )
            until(lambda: shop.rows(_WAITS))
            web.tell(number)
            until(lambda: web.status("/health/live") is None)
            slow.rollback()

            assert running.result().status_code == 200
            assert web.ended() == 0
        # The server of the database hears a moment later that they are gone.
        until(lambda: _sessions(shop) == 0)

    def test_a_call_that_never_ends_keeps_nobody(self, shop: Machine, order: SampleOrder, key: str):
        with shop.serving(2) as web, _slow(shop), ThreadPoolExecutor() as threads:
            running = threads.submit(
                web.client.get,
                f"/api/v1/orders/{order.number}",
                headers={"Authorization": f"Bearer {key}"},
            )
            until(lambda: shop.rows(_WAITS))
            web.tell(signal.SIGTERM)

            assert web.ended() == 0
            running.exception()

    def test_it_says_so_first_and_serves_on_where_it_is_to_drain(self, shop: Machine):
        with shop.serving(2, RETURNS_ENGINE_DRAIN_SECONDS="10") as web:
            until(lambda: _both(web))
            web.tell(signal.SIGTERM)

            until(lambda: web.status("/health/ready") == 503)
            assert web.status("/health/live") == 200
            assert web.ended() == 0


class TestADatabaseOfOurOwn:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_is_stopped_with_the_last_who_used_it(self, number: signal.Signals):
        with tempfile.TemporaryDirectory(prefix="returns-test-") as name:
            folder = Path(name)
            folder.chmod(0o711)  # the account of the server must get in
            alone = machine("", folder)
            with alone.serving(2) as web:
                place = place_for(folder / "data", server_account())
                assert somebody_listens(place)
                web.tell(number)
                assert web.ended() == 0
                assert not somebody_listens(place)


class TestADatabaseThatIsAway:
    def test_is_said_to_callers_with_when_to_come_back_and_in_one_line_of_the_log(self):
        with tempfile.TemporaryDirectory(prefix="returns-test-") as name:
            folder = Path(name)
            folder.chmod(0o711)  # the account of the server must get in
            alone = machine("", folder)
            with alone.serving(1) as web:
                asked = {"Authorization": "Bearer rek_of-nobody"}
                assert web.client.get("/api/v1/returns", headers=asked).status_code == 401
                place = place_for(folder / "data", server_account())
                first_line = (place.cluster / "postmaster.pid").read_text().splitlines()[0]
                os.kill(int(first_line), signal.SIGQUIT)
                until(lambda: web.status("/health/ready") == 503)

                away = web.client.get("/api/v1/returns", headers=asked)
                assert (away.status_code, away.json()["code"]) == (503, "database_away")
                assert int(away.headers["retry-after"]) > 0
                page = web.client.get("/account", headers={"Accept": "text/html"})
                assert "Traceback" not in page.text
                written = web.said.read_text().splitlines()
                ours = [json.loads(line) for line in written if line.startswith("{")]
                told = [line["event"] for line in ours if line.get("trace_id")]
                assert "database_away" in told
                assert "unexpected_error" not in told
                assert [line for line in written if "Traceback" in line] == []


class TestASocketThatIsHandedOver:
    def test_goes_on_listening_while_one_process_follows_another(self, shop: Machine):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            address = f"http://127.0.0.1:{listening.getsockname()[1]}"
            for _ in range(2):
                with ThreadPoolExecutor() as threads, _handed(listening, shop) as process:
                    # Called before it is there, and answered.
                    answer = threads.submit(
                        httpx.get, f"{address}/health/live", timeout=WITHIN_SECONDS
                    )
                    assert answer.result().status_code == 200
                    process.send_signal(signal.SIGTERM)
                    assert process.wait(WITHIN_SECONDS) == 0


class TestAPortThatCannotBeHad:
    def test_one_that_is_taken_is_said_in_a_sentence(self, shop: Machine):
        with shop.serving() as web:
            port = web.client.base_url.port
            answer = shop.run("serve", RETURNS_ENGINE_PORT=str(port))

        assert answer.returncode == 2
        assert f"Port {port} at 127.0.0.1 is taken" in answer.stderr
        assert len(answer.stderr.splitlines()) == 1

    def test_an_address_that_is_not_ours_is_named(self, shop: Machine):
        answer = shop.run("serve", RETURNS_ENGINE_HOST="192.0.2.1")

        assert answer.returncode == 2
        assert answer.stderr == "RETURNS_ENGINE_HOST: 192.0.2.1 is no address of this machine.\n"


class TestSettingsThatMayBeMeantOtherwise:
    def test_are_written_into_the_log_at_the_start(self, shop: Machine):
        meant = {
            "RETURNS_ENGINE_SMPT_HOST": "mail.shop.example",
            "RETURNS_ENGINE_MODE": "production",
            "RETURNS_ENGINE_PUBLIC_URL": "http://returns.shop.example",
        }
        with shop.serving(1, **meant) as web:
            written = web.said.read_text()

        assert '"name": "RETURNS_ENGINE_SMPT_HOST", "event": "setting_unknown"' in written
        assert '"event": "public_url_not_https"' in written


class TestAPolicyFileThatCannotBeUsed:
    @pytest.mark.parametrize("command", ["serve", "worker"])
    def test_is_named_with_the_setting_that_names_it(self, shop: Machine, command: str):
        answer = shop.run(
            command,
            RETURNS_ENGINE_POLICY="/nowhere.toml",
            RETURNS_ENGINE_STRIPE_KEY="sk_test_of_the_shop",
            RETURNS_ENGINE_SMTP_HOST="mail.shop.example",
        )

        assert answer.returncode == 2
        assert answer.stderr == (
            "RETURNS_ENGINE_POLICY (/nowhere.toml): cannot be read: No such file or directory\n"
        )


class TestADatabaseThatDoesNotFit:
    @pytest.mark.parametrize("command", ["serve", "worker", "migrate"])
    def test_one_whose_address_cannot_be_read_is_named(self, shop: Machine, command: str):
        address = f"{shop.database_url}{'&' if '?' in shop.database_url else '?'}sslmood=require"

        answer = shop.run(command, RETURNS_ENGINE_DATABASE_URL=address)

        assert answer.returncode == 1
        assert "RETURNS_ENGINE_DATABASE_URL names a database that" in answer.stderr
        assert "Traceback" not in answer.stderr

    @pytest.mark.parametrize("command", ["serve", "worker"])
    def test_one_that_is_behind_is_not_worked_on(self, shop: Machine, command: str):
        shop.rows(
            "DELETE FROM migration WHERE name = (SELECT max(name) FROM migration) RETURNING 1"
        )

        answer = shop.run(command, RETURNS_ENGINE_PORT=str(free_port()))

        assert answer.returncode == 1
        assert "The database is not up to date (1 to do, the first is 20" in answer.stderr
        assert "returns-engine migrate" in answer.stderr

    def test_one_that_is_newer_is_served_with_a_warning(self, shop: Machine):
        shop.rows(
            "INSERT INTO migration (name, app_name) VALUES ('9999', 'returns_engine') RETURNING 1"
        )

        with shop.serving() as web:
            assert '"event": "database_is_newer"' in web.said.read_text()
            assert '"9999"' in web.said.read_text()


@contextmanager
def _handed(listening: socket.socket, shop: Machine) -> Iterator["subprocess.Popen[bytes]"]:
    """Start `serve` as systemd does that listens for it."""
    serve = (sys.executable, "-m", "returns_engine.cli.main", "serve")
    process = subprocess.Popen(
        [sys.executable, "-c", _HAND_OVER, str(listening.fileno()), *serve],
        env=dict(shop.environ),
        cwd=shop.folder,
        pass_fds=[listening.fileno()],
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _both(web: Web) -> list[int] | None:
    """Return the two web processes once each of them has answered."""
    children = web.children()
    if len(children) != 2:
        return None
    for child in children:
        with _held_up(child):
            if web.status("/health/ready") != 200:
                return None
    return children


@contextmanager
def _away(shop: Machine) -> Iterator[None]:
    """Let nobody into the shop's database, and nobody stay."""
    name = urlsplit(shop.database_url).path.strip("/")
    with psycopg.connect(at_database(shop.database_url, "postgres"), autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        try:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            yield
        finally:
            server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


@contextmanager
def _held_up(number: int) -> Iterator[None]:
    """Let a process do nothing for a moment, so that the other one answers."""
    os.kill(number, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGCONT)


@contextmanager
def _slow(shop: Machine) -> Iterator[psycopg.Connection]:
    """Let every look at orders wait until this transaction is over."""
    with psycopg.connect(shop.database_url) as connection:
        connection.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
        yield connection
        connection.rollback()


def _sessions(shop: Machine) -> int:
    (count,) = shop.rows(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )[0]
    return count
