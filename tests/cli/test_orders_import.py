"""Orders out of files: what is good comes in, what is not comes back with its reasons."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from psycopg import connect

from tests.workflow.orders import a_payment, an_order

ORDERS = "SELECT number, version FROM orders ORDER BY number"


def in_json(*numbers: str) -> list[str]:
    return [
        json.dumps(
            {
                **an_order(payments=[a_payment(reference=f"pi_{number}")]),
                "order_number": number,
            }
        )
        for number in numbers
    ]


def held(database_url: str) -> list[tuple[str, int]]:
    with connect(database_url) as session:
        return session.execute(ORDERS).fetchall()


class TestJsonLines:
    def test_takes_good_lines_and_sets_bad_ones_aside_with_their_reasons(self, engine, tmp_path):
        good = in_json("EKR-1", "EKR-2", "EKR-3")
        file = tmp_path / "orders.jsonl"
        file.write_text("\n".join([good[0], "{", good[1], '{"order_number": "X"}', good[2]]))

        first = engine("orders", "import", str(file), "--json")
        again = engine("orders", "import", str(file), "--json")

        assert first.returncode == again.returncode == 1
        assert json.loads(first.stdout) == {
            "imported": 3,
            "created": 3,
            "updated": 0,
            "unchanged": 0,
            "rejected": 2,
            "line": 5,
            "stopped": None,
            "rejected_file": f"{file}.rejected.jsonl",
        }
        assert json.loads(again.stdout) == json.loads(first.stdout) | {"created": 0, "unchanged": 3}
        aside = tmp_path / "orders.jsonl.rejected.jsonl"
        assert aside.stat().st_mode & 0o077 == 0
        rejected = aside.read_text().splitlines()
        assert [json.loads(row)["line"] for row in rejected] == [2, 4]

    def test_says_of_a_refused_order_where_and_why(self, engine, tmp_path):
        file = tmp_path / "orders.jsonl"
        order = json.loads(in_json("EKR-1")[0])
        file.write_text(json.dumps(order | {"discount": 999999}))

        assert engine("orders", "import", str(file)).returncode == 1
        entry = json.loads((tmp_path / "orders.jsonl.rejected.jsonl").read_text())
        assert entry["reasons"] == ["/discount: The discount is above the goods."]
        assert (entry["order_number"], entry["order"]["discount"]) == ("EKR-1", 999999)

    def test_sets_a_paid_order_in_another_currency_aside(self, engine, tmp_path, database_url):
        file = tmp_path / "orders.jsonl"
        file.write_text(in_json("EKR-1")[0])
        engine("orders", "import", str(file))
        file.write_text(json.dumps(json.loads(in_json("EKR-1")[0]) | {"currency": "JPY"}))

        assert engine("orders", "import", str(file)).returncode == 1
        entry = json.loads((tmp_path / "orders.jsonl.rejected.jsonl").read_text())
        assert entry["reasons"][0].startswith("/currency: What was captured by P1 cannot")
        assert held(database_url) == [("EKR-1", 1)]

    def test_refuses_an_order_that_no_address_could_name(self, engine, tmp_path, database_url):
        file = tmp_path / "orders.jsonl"
        file.write_text("\n".join(in_json("2026/1001", "EKR-1")))

        assert engine("orders", "import", str(file)).returncode == 1
        entry = json.loads((tmp_path / "orders.jsonl.rejected.jsonl").read_text())
        assert entry["reasons"][0].startswith("/order_number: An order number stands in addresses")
        assert held(database_url) == [("EKR-1", 1)]

    def test_takes_a_file_of_rejects_once_it_was_mended(self, engine, tmp_path, database_url):
        file = tmp_path / "orders.jsonl"
        order = json.loads(in_json("EKR-1")[0])
        file.write_text(json.dumps(order | {"discount": 999999}))
        engine("orders", "import", str(file))
        aside = tmp_path / "orders.jsonl.rejected.jsonl"
        aside.write_text(aside.read_text().replace("999999", "1000"))
        answer = engine("orders", "import", str(aside))

        assert (answer.returncode, held(database_url)) == (0, [("EKR-1", 1)])
        assert "Imported: 1 (1 new" in answer.stdout

    def test_takes_an_order_that_comes_twice_as_it_was_sent_last(
        self, engine, tmp_path, database_url
    ):
        file = tmp_path / "orders.jsonl"
        later = json.loads(in_json("EKR-1")[0]) | {"status": "canceled"}
        file.write_text("\n".join([*in_json("EKR-1"), json.dumps(later)]))

        assert engine("orders", "import", str(file)).returncode == 0
        assert held(database_url) == [("EKR-1", 2)]


class TestCsv:
    def test_is_what_the_template_shows(self, engine, tmp_path, database_url):
        example = engine("orders", "template", "--example").stdout
        assert engine("orders", "template").stdout == example.splitlines(keepends=True)[0]
        file = tmp_path / "orders.csv"
        file.write_text(example)
        first = engine("orders", "import", str(file))
        again = engine("orders", "import", str(file), "--json")

        assert (first.returncode, first.stderr) == (0, "")
        assert json.loads(again.stdout)["unchanged"] == 2
        assert held(database_url) == [("EKR-1001", 1), ("EKR-1002", 1)]

    def test_comes_by_standard_input_too(self, engine, tmp_path, database_url):
        example = engine("orders", "template", "--example").stdout
        answer = engine("orders", "import", "-", stdin=example.replace("12995", "129.95", 1))

        assert answer.returncode == 1
        assert held(database_url) == [("EKR-1002", 1)]
        entry = json.loads((tmp_path / "stdin.rejected.jsonl").read_text())
        assert entry["reasons"][0].startswith("row 2, column line.unit_price: Amounts are whole")

    def test_goes_on_past_an_order_whose_number_is_no_text(self, engine, tmp_path, database_url):
        example = engine("orders", "template", "--example").stdout
        file = tmp_path / "orders.csv"
        file.write_bytes(example.encode().replace(b"EKR-1001", b"EKR-\xe9"))
        answer = engine("orders", "import", str(file))

        assert (answer.returncode, answer.stderr) == (1, "")
        assert held(database_url) == [("EKR-1002", 1)]
        entry = json.loads((tmp_path / "orders.csv.rejected.jsonl").read_text())
        assert entry["reasons"] == ["row 2, column order_number: The text is not UTF-8."]

    def test_names_row_and_column_of_what_the_engine_refuses(self, engine, tmp_path):
        example = engine("orders", "template", "--example").stdout
        file = tmp_path / "orders.csv"
        file.write_text(example)
        engine("orders", "import", str(file))
        file.write_text(example.replace("11389", "11388"))

        assert engine("orders", "import", str(file)).returncode == 1
        entry = json.loads((tmp_path / "orders.csv.rejected.jsonl").read_text())
        (reason,) = entry["reasons"]
        assert reason.startswith("row 4, column payment.captured: What was captured by P2 cannot")

    def test_without_a_column_is_refused_before_anything_is_taken(self, engine, tmp_path):
        example = engine("orders", "template", "--example").stdout
        file = tmp_path / "orders.csv"
        file.write_text(example.replace("line.sku", "sku", 1))
        aside = tmp_path / "orders.csv.rejected.jsonl"
        aside.write_text("of an earlier run")
        answer = engine("orders", "import", str(file))

        assert answer.returncode == 2
        assert "Unknown columns: sku." in answer.stderr
        assert "Missing columns: line.sku." in answer.stderr
        assert aside.read_text() == "of an earlier run"


class TestWrongInput:
    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["nowhere.jsonl"], "nowhere.jsonl"),
            (["."], "is a directory"),
            (["list.json"], "one JSON list"),
            (["wide.csv"], "UTF-16"),
            (["list.json", "--delimiter", "::"], "One character"),
            (["list.json", "--rejected", "list.json"], "the file to import"),
        ],
    )
    def test_is_said_and_exits_with_2(self, engine, tmp_path, words: list[str], said: str):
        (tmp_path / "list.json").write_text("[\n{}\n]")
        (tmp_path / "wide.csv").write_bytes("order_number".encode("utf-16"))
        answer = engine("orders", "import", *words)

        assert (answer.returncode, said in answer.stderr) == (2, True), answer.stderr
        assert (tmp_path / "list.json").exists()


class TestAnImportThatCannotGoOn:
    def test_says_so_where_the_rejects_cannot_be_written(self, engine, tmp_path):
        file = tmp_path / "orders.jsonl"
        file.write_text("\n".join([*in_json("EKR-1"), "{"]))
        answer = engine("orders", "import", str(file), "--rejected", "/dev/full")

        assert answer.returncode == 1
        assert "/dev/full cannot be written: No space left on device." in answer.stdout

    def test_says_so_before_anything_is_taken(self, engine, tmp_path, database_url):
        file = tmp_path / "orders.jsonl"
        file.write_text("\n".join(in_json("EKR-1")))
        answer = engine("orders", "import", str(file), "--rejected", str(tmp_path / "no" / "r"))

        assert answer.returncode == 1
        assert "cannot be written" in answer.stdout
        assert held(database_url) == []

    def test_says_so_where_there_is_no_database(self, engine, tmp_path):
        file = tmp_path / "orders.jsonl"
        file.write_text("\n".join(in_json("EKR-1")))
        nowhere = "postgresql://nobody@127.0.0.1:1/nothing"
        answer = engine("orders", "import", str(file), RETURNS_ENGINE_DATABASE_URL=nowhere)

        assert answer.returncode == 1
        assert "Stopped after line 0: the database failed" in answer.stdout
        assert not (tmp_path / "orders.jsonl.rejected.jsonl").exists()

    def test_stops_where_the_database_goes_and_keeps_what_was_taken(self, database_url, tmp_path):
        name = urlsplit(database_url).path[1:]
        with fed(database_url, tmp_path) as feeding:
            feeding.feed(400)
            server = urlsplit(database_url)._replace(path="/postgres").geturl()
            with connect(server, autocommit=True) as session:
                session.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
                session.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                    [name],
                )
                facts, status = feeding.end(150)
                session.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

        assert (status, facts["imported"], facts["rejected"]) == (1, 400, 0)
        assert facts["stopped"].startswith("Stopped after line 400: the database failed")
        assert len(held(database_url)) == 400

    def test_stops_at_control_c_and_says_how_far_it_came(self, database_url, tmp_path):
        with fed(database_url, tmp_path) as feeding:
            feeding.feed(400)
            feeding.process.send_signal(signal.SIGINT)
            assert "Stopping" in feeding.process.stderr.readline()
            facts, status = feeding.end(150)

        assert (status, facts["imported"]) == (130, 400)
        assert facts["stopped"] == "Stopped after line 400: it was interrupted."


class Feeding:
    """An import that reads what it is fed."""

    def __init__(self, process: subprocess.Popen[str], database_url: str) -> None:
        self.process = process
        self.fed = 0
        self._url = database_url

    def write(self, count: int) -> None:
        lines = in_json(*[f"EKR-{place}" for place in range(self.fed, self.fed + count)])
        self.process.stdin.write("".join(f"{line}\n" for line in lines))
        self.process.stdin.flush()
        self.fed += count

    def feed(self, count: int) -> None:
        """Feed it orders and wait until they are in."""
        self.write(count)
        ends = time.monotonic() + 180
        while len(held(self._url)) < self.fed:
            assert time.monotonic() < ends, "the orders did not come in"
            time.sleep(0.05)

    def end(self, count: int) -> tuple[dict, int]:
        """Feed it the last orders; return what it says and its exit status."""
        self.write(count)
        out, _ = self.process.communicate(timeout=180)
        return json.loads(out), self.process.returncode


@contextmanager
def fed(database_url: str, folder: Path) -> Iterator[Feeding]:
    environ = {name: text for name, text in os.environ.items() if "RETURNS_ENGINE" not in name}
    with subprocess.Popen(
        [sys.executable, "-m", "returns_engine.cli.main", "orders", "import", "-", "--json"],
        env=environ | {"RETURNS_ENGINE_DATABASE_URL": database_url},
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Feeding(process, database_url)
        finally:
            process.kill()
