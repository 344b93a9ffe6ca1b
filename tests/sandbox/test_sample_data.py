import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import psycopg
import pytest

from returns_engine.documents.policy_file import load_policy
from returns_engine.queries.audit import verify_chains
from returns_engine.queries.order_view import read_order
from returns_engine.queries.return_list import list_returns
from returns_engine.rules.lifecycle.headline import Headline
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.sandbox.sample_data.copied_rows import CopiedRows
from returns_engine.sandbox.sample_data.drawn_case import Drawing, Staff
from returns_engine.sandbox.sample_data.drawn_order import draw_order
from returns_engine.sandbox.sample_data.fill import SampleRefused, Wanted, fill
from returns_engine.sandbox.sample_data.stories import draw_return
from returns_engine.tables.engine import engine_at
from tests.one_database import OneDatabase
from tests.workflow.shop import put_order

UNTIL = datetime(2026, 3, 30, tzinfo=UTC)
POLICY = load_policy(None)
WANTED = Wanted(orders=1200, returns=900, seed=7, until=UNTIL)


@pytest.fixture(scope="class")
def filled(one_database: OneDatabase) -> Iterator[str]:
    """One sample for all the tests of a class, which only read it."""
    url = one_database.provide()
    fill(url, WANTED, POLICY)
    yield url
    one_database.take_back()


def asked(database_url: str, statement: str) -> list[tuple]:
    with psycopg.connect(database_url) as connection:
        return connection.execute(statement).fetchall()


class TestTheSample:
    def test_has_what_was_asked_for(self, filled):
        assert asked(filled, "SELECT count(*) FROM orders") == [(1200,)]
        assert asked(filled, "SELECT count(*) FROM returns") == [(900,)]

    def test_has_returns_in_every_state_that_lasts(self, filled):
        states = {state for (state,) in asked(filled, "SELECT DISTINCT state FROM returns")}

        # A request is judged and a full inspection proposes at once: nothing stays there.
        assert states == {str(one) for one in Headline} - {"requested"}

    def test_has_refunds_in_every_state_but_called_off(self, filled):
        states = {state for (state,) in asked(filled, "SELECT DISTINCT state FROM refunds")}

        assert states == {str(one) for one in RefundState} - {"canceled"}

    async def test_stands_up_to_the_audit_chains_headlines_and_books(self, filled):
        async with engine_at(filled):
            report = await verify_chains()

        assert report.problems == []
        assert report.returns == 900
        assert report.chains == 1200 + 900

    def test_gives_back_no_more_than_was_paid(self, filled):
        below = "SELECT count(*) FROM payment_balances WHERE balance < 0"

        assert asked(filled, below) == [(0,)]

    def test_has_a_credit_note_for_every_paid_refund_without_a_gap(self, filled):
        unnoted = """
            SELECT count(*) FROM refunds f WHERE state = 'succeeded' AND (
                SELECT sum(amount) FROM credit_notes WHERE refund = f.id) IS DISTINCT FROM amount
        """
        gaps = """
            SELECT year, max(place) - count(*) FROM credit_notes GROUP BY year
            HAVING max(place) <> count(*)
        """

        assert asked(filled, unnoted) == [(0,)]
        assert asked(filled, gaps) == []

    async def test_is_read_like_any_other_data(self, filled):
        async with engine_at(filled):
            order = await read_order("SAMPLE7-0000001", policy=POLICY, now=UNTIL)
            page = await list_returns(
                state="closed", order_number=None, q=None, limit=50, cursor=None, for_staff=True
            )

        assert order is not None
        assert order["rounding"] == 0
        assert len(page.items) == 50

    def test_is_not_made_twice(self, filled):
        with pytest.raises(SampleRefused, match="another seed"):
            fill(filled, WANTED, POLICY)

    def test_has_no_more_returns_than_orders_that_arrived(self, filled):
        with pytest.raises(SampleRefused, match="can have a return"):
            fill(filled, Wanted(orders=100, returns=100, seed=8, until=UNTIL), POLICY)


class TestTheSameSeed:
    def test_draws_the_same_rows_again(self):
        def drawn(seed: int) -> list[str]:
            rows = CopiedRows({})
            drawing = Drawing(
                draw=Random(seed),  # noqa: S311 - no secret
                rows=rows,
                policy=POLICY,
                staff=Staff(support=1, bench=2, finance=3),
                warehouse=1,
                until=UNTIL,
            )
            placed_at = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
            order = draw_order("S-1", placed_at, UNTIL, returned=True, draw=drawing.draw, rows=rows)
            draw_return(order, drawing).finish()
            return rows.waiting()

        assert drawn(1) == drawn(1)
        assert drawn(1) != drawn(2)


class TestAfterTheSample:
    async def test_the_shop_goes_on_with_the_next_numbers(self, database_url):
        await asyncio.to_thread(
            fill, database_url, Wanted(orders=30, returns=10, seed=1, until=UNTIL), POLICY
        )
        async with engine_at(database_url):
            await put_order()
            report = await verify_chains()

        assert report.problems == []
        assert report.chains == 30 + 10 + 1


class TestTheCommand:
    def sample(self, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
        kept = {name: text for name, text in os.environ.items() if "RETURNS_ENGINE" not in name}
        words = ["sample", "--orders", "40", "--returns", "5", "--until", "2026-03-30"]
        return subprocess.run(
            [sys.executable, "-m", "returns_engine.cli.main", *words],
            env=kept | environ,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )

    def test_says_what_the_numbers_begin_with(self, database_url, tmp_path):
        done = self.sample(
            tmp_path,
            RETURNS_ENGINE_DATABASE_URL=database_url,
            RETURNS_ENGINE_MODE="test",
        )

        assert done.returncode == 0, done.stderr
        assert "40 orders, 5 returns; their numbers begin with SAMPLE1-" in done.stdout

    def test_is_refused_in_production(self, database_url, tmp_path):
        done = self.sample(tmp_path, RETURNS_ENGINE_DATABASE_URL=database_url)

        assert done.returncode == 2
        assert "In production mode no sample data is made" in done.stderr
        assert asked(database_url, "SELECT count(*) FROM orders") == [(0,)]
