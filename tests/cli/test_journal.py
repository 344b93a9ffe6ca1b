"""`returns-engine journal`, as accounting's export meets it."""

import csv
import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.workflow.orders import an_order
from tests.workflow.shop import SUPPORT, approve, come_back, opened, put_order


@pytest.fixture
async def books(database: str) -> str:
    """A database with a refund approved on 30 March 2026."""
    await put_order("=EKR", document=an_order())
    refund = (await come_back(await opened(order_number="=EKR", actor=SUPPORT), {"L1": 1}))[0]
    await approve(refund["id"], refund["proposed"])
    return database


@pytest.fixture
async def two_currencies(books: str) -> str:
    """A database with a refund approved in dollars, and one in euros."""
    payment = {**an_order()["payments"][0], "reference": "pi_euros"}
    await put_order("EKR-2", document=an_order(currency="EUR", payments=[payment]))
    refund = (await come_back(await opened(order_number="EKR-2", actor=SUPPORT), {"L1": 1}))[0]
    await approve(refund["id"], refund["proposed"])
    return books


@pytest.fixture
async def night(database: str) -> str:
    """A database with a refund approved late on 31 March 2026, as New York counts."""
    await put_order()
    refund = (await come_back(await opened(actor=SUPPORT), {"L1": 1}))[0]
    await approve(refund["id"], refund["proposed"], now=datetime(2026, 4, 1, 3, 30, tzinfo=UTC))
    return database


def engine(url: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    kept = {name: text for name, text in os.environ.items() if "RETURNS_ENGINE" not in name}
    return subprocess.run(
        [sys.executable, "-m", "returns_engine.cli.main", *words],
        env={**kept, "RETURNS_ENGINE_DATABASE_URL": url},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


class TestJournalExport:
    def test_writes_balanced_lines_that_no_spreadsheet_calculates(self, books, tmp_path):
        answer = engine(
            books, tmp_path, "journal", "export", "--from", "2026-03-30", "--to", "2026-03-30"
        )

        assert answer.returncode == 0, answer.stderr
        lines = list(csv.DictReader(io.StringIO(answer.stdout)))
        assert [(one["account"], one["debit"], one["credit"]) for one in lines] == [
            ("returned_goods", "124.95", ""),
            ("returned_tax", "10.39", ""),
            ("owed_to_customers", "", "135.34"),
        ]
        assert {one["order_number"] for one in lines} == {"'=EKR"}
        assert {one["at"] for one in lines} == {"2026-03-30T12:00:00Z"}
        assert {one["kind"] for one in lines} == {"refund.approved"}

    def test_holds_the_days_that_were_asked_for_alone(self, books, tmp_path):
        file = tmp_path / "journal.csv"
        answer = engine(
            books,
            tmp_path,
            *("journal", "export", "--from", "2026-03-31", "--to", "2026-04-30"),
            *("--file", str(file)),
        )

        assert answer.returncode == 0, answer.stderr
        assert len(file.read_text().splitlines()) == 1

    def test_counts_days_as_the_shop_does(self, night, tmp_path):
        for day, lines in (("2026-03-31", 3), ("2026-04-01", 0)):
            answer = engine(night, tmp_path, "journal", "export", "--from", day, "--to", day)
            found = list(csv.DictReader(io.StringIO(answer.stdout)))
            assert [one["day"] for one in found] == [day] * lines
            assert {one["at"] for one in found} <= {"2026-04-01T03:30:00Z"}

    @pytest.mark.parametrize(
        "days", [("--from", "2026-13-01"), ("--from", "2026-03-02", "--to", "2026-03-01")]
    )
    def test_refuses_days_that_cannot_be(self, database_url, tmp_path, days):
        answer = engine(database_url, tmp_path, "journal", "export", *days)

        assert answer.returncode == 2
        assert "--" in answer.stderr


class TestJournalBalance:
    def test_shows_what_every_account_comes_to(self, books, tmp_path):
        answer = engine(books, tmp_path, "journal", "balance", "--json")

        assert json.loads(answer.stdout)["accounts"] == [
            {"account": "owed_to_customers", "currency": "USD", "debit": 0, "credit": 13534},
            {"account": "returned_goods", "currency": "USD", "debit": 12495, "credit": 0},
            {"account": "returned_tax", "currency": "USD", "debit": 1039, "credit": 0},
        ]

    def test_adds_up_each_currency_by_itself(self, two_currencies, tmp_path):
        answer = engine(two_currencies, tmp_path, "journal", "balance")

        assert answer.returncode == 0, answer.stderr
        cells = [line.split("│")[1:-1] for line in answer.stdout.splitlines() if "│" in line]
        found = [tuple(cell.strip() for cell in line) for line in cells]
        assert [line for line in found if line[0] == "total"] == [
            ("total", "EUR", "135.34", "135.34", "0.00"),
            ("total", "USD", "135.34", "135.34", "0.00"),
        ]
        assert [line[:2] for line in found][:2] == [
            ("owed_to_customers", "EUR"),
            ("returned_goods", "EUR"),
        ]

    @pytest.mark.parametrize(("day", "accounts"), [("2026-03-30", 0), ("2026-03-31", 3)])
    def test_shows_what_they_came_to_at_the_end_of_a_day(self, night, tmp_path, day, accounts):
        answer = engine(night, tmp_path, "journal", "balance", "--as-of", day, "--json")

        said = json.loads(answer.stdout)
        assert (said["as_of"], len(said["accounts"])) == (day, accounts)

    def test_says_that_the_books_are_empty(self, database_url, tmp_path):
        answer = engine(database_url, tmp_path, "journal", "balance")

        assert answer.returncode == 0
        assert "empty" in answer.stdout


class TestJournalCatchUp:
    def test_has_nothing_to_do_where_the_books_are_whole(self, books, tmp_path):
        answer = engine(books, tmp_path, "journal", "catch-up", "--json")

        assert json.loads(answer.stdout) == {"posted": 0}
