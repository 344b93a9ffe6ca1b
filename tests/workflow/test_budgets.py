"""How much is asked of the database, by counting; BEGIN, COMMIT and set_config left out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from asyncpg.connection import LoggedQuery

from returns_engine.gateways.job_queue.jobs import Job, defer_jobs
from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.queries.return_list import list_returns
from returns_engine.tables.engine import connection, engine_at, the_engine, transaction
from tests.workflow.orders import a_line, a_payment, an_order, asked
from tests.workflow.pictures import a_photo
from tests.workflow.shop import approve, come_back, opened, put_order

_FREE = ("BEGIN", "COMMIT", "ROLLBACK", "SELECT set_config", "SELECT pg_advisory_unlock_all")


@asynccontextmanager
async def counted() -> AsyncIterator[list[str]]:
    """Give the statements of the only connection there is, as asyncpg itself logs them."""
    said: list[str] = []

    def note(query: LoggedQuery) -> None:
        if not query.query.strip().startswith(_FREE):
            said.append(query.query)

    pool = the_engine().pool
    async with pool.acquire() as pooled:
        connection: asyncpg.Connection = pooled._con  # noqa: SLF001 - what the pool hands out is a wrapper
        connection.add_query_logger(note)
    yield said
    connection.remove_query_logger(note)


async def plans_of(like: str) -> list[tuple[int, int]]:
    """Of each kept statement like this: how often the plan for all values was used, and another.

    The pattern is given as a value: this question is kept too, and its text would be like it.
    """
    kept = await the_engine().fetch_rows(
        "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE $1",
        like,
    )
    return [(one["generic_plans"], one["custom_plans"]) for one in kept]


@pytest.fixture(autouse=True)
async def one_connection(database_url: str) -> AsyncIterator[None]:
    async with engine_at(database_url, pool_size=1):
        yield


class TestTheStatementsOf:
    async def test_opening_a_return_are_five_at_most(self, tmp_path: Path):
        await put_order(document=an_order(a_line("L1"), a_line("L2")))
        photos = DirectoryPhotoStore(tmp_path)
        taken = [str(await a_photo(photos)) for _ in range(2)]
        async with counted() as said:
            await opened(
                asked("L1", reason="defective", comment="A seam is open.", photo_ids=taken),
                asked("L2", comment="I do not like it."),
            )

        assert 3 < len(said) <= 5, "\n\n".join(said)

    async def test_opening_a_cancellation_are_seven_at_most(self):
        await put_order(document=an_order(a_line("L1"), a_line("L2"), shipments=[]))
        async with counted() as said:
            await opened(asked("L1"), asked("L2"), kind="cancellation")

        assert 3 < len(said) <= 7, "\n\n".join(said)

    async def test_approving_a_refund_are_ten_at_most(self):
        await put_order()
        refund = (await come_back(await opened(), {"L1": 1}))[0]
        async with counted() as said:
            await approve(refund["id"], 100, note="A scratch.", clause="return.window")

        assert 3 < len(said) <= 10, "\n\n".join(said)

    async def test_a_step_are_planned_once_and_not_for_every_return(self):
        await put_order(document=an_order(a_line("L1", quantity=3)))
        for _ in range(3):
            await opened(asked("L1"))

        assert await plans_of("%INSERT INTO events%INSERT INTO returns%") == [(3, 0)]

    async def test_putting_a_job_into_the_queue_read_none_of_those_that_wait(self):
        # What was planned while nothing waited is what is done when thousands do.
        await the_engine().fetch_rows("ANALYZE procrastinate_jobs")
        async with transaction():
            await defer_jobs(connection(), [Job(task="send_message")])
            scans = await connection().fetchrow(
                "SELECT seq_scan, idx_scan FROM pg_stat_xact_user_tables"
                " WHERE relname = 'procrastinate_jobs'"
            )

        assert scans["seq_scan"] == 0
        assert scans["idx_scan"] > 0

    async def test_listing_fifty_returns_are_four_at_most(self):
        line, payment = a_line(quantity=60), a_payment(captured=10**6)
        await put_order(document=an_order(line, payments=[payment]))
        for _ in range(50):
            await opened()
        async with counted() as said:
            page = await list_returns(limit=50)

        assert len(page.items) == 50
        assert 1 <= len(said) <= 4, "\n\n".join(said)

    async def test_listing_returns_are_planned_once_and_not_for_every_page(self):
        await put_order()
        await opened()
        for _ in range(15):
            await list_returns(limit=50)

        # PostgreSQL plans five times before it looks whether a plan for all values does as well.
        assert await plans_of("%AS page LIMIT $1") == [(10, 5)]
