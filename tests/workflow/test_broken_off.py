"""Comparisons that came to no end: what ended them is heard, and they do not run for ever."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime
from itertools import count

import asyncpg
import pytest

from returns_engine.gateways.clock import Clock, system_clock
from returns_engine.gateways.payments.stripe_client import StripeGateway
from returns_engine.queries.reconciliations import latest_runs
from returns_engine.sandbox.server import running_sandbox
from returns_engine.tables.engine import desk
from returns_engine.tables.reconciliations import Reconciliation
from returns_engine.workflow.note_broken_off import note_broken_off
from returns_engine.workflow.reconcile import period_before, reconcile, reconcile_daily
from tests.conftest import run_sql
from tests.noon import noon_clock
from tests.workflow.shop import POLICY, rows

WHEN_LINES_ARE_KEPT = 4
"""How manieth look at the clock of a run stands in the transaction at its end."""


@pytest.fixture
async def gateway() -> AsyncIterator[StripeGateway]:
    """An account without a refund."""
    with running_sandbox() as sandbox:
        async with StripeGateway(
            api_key=sandbox.api_key, address=sandbox.address, timeout=30
        ) as reached:
            yield reached


async def compare(
    gateway: StripeGateway,
    *,
    clock: Clock = system_clock,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    period = period_before(system_clock())
    return await reconcile(period, payments=gateway, policy=POLICY, clock=clock, progress=progress)


async def said() -> list[tuple[str, str | None]]:
    return [(one.state, one.error) for one in await latest_runs()]


async def begun(clock: Clock = system_clock, *, day: date | None = None) -> None:
    """Leave what a run leaves whose process is killed."""
    period = period_before(clock())
    await Reconciliation(
        day=day, since=period.since, before=period.before, started_at=clock()
    ).save()


def cut_off(database_url: str) -> None:
    """Have the server end the session that holds the lock of comparing."""
    run_sql(
        database_url,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    )


class TestTheEnd:
    async def test_is_heard_where_the_connection_is_gone_with_it(self, gateway, database):
        with pytest.raises(asyncpg.PostgresError):
            await compare(gateway, progress=lambda _: cut_off(database))

        assert await said() == [("running", None)]
        assert await note_broken_off(now=system_clock()) == 1
        assert await said() == [("broken_off", None)]

    async def test_is_heard_where_the_connection_goes_while_the_lines_are_kept(
        self, gateway, database
    ):
        asked = count(1)

        def clock() -> datetime:
            if next(asked) == WHEN_LINES_ARE_KEPT:
                cut_off(database)
            return system_clock()

        with pytest.raises(asyncpg.PostgresError):
            await compare(gateway, clock=clock)

        assert next(asked) > WHEN_LINES_ARE_KEPT
        assert await note_broken_off(now=system_clock()) == 1

    @pytest.mark.usefixtures("database")
    async def test_stands_on_the_run_where_the_database_is_still_there(self, gateway):
        def fail(_: int) -> None:
            raise RuntimeError("Nobody foresaw this.")

        for _ in range(2):
            with pytest.raises(RuntimeError):
                await compare(gateway, progress=fail)

        assert await said() == [("broken_off", "RuntimeError")] * 2

    @pytest.mark.usefixtures("database")
    async def test_stands_on_the_run_of_a_worker_that_is_stopped(self, gateway):
        def stop(_: int) -> None:
            running.cancel()

        running = asyncio.create_task(compare(gateway, progress=stop))
        with pytest.raises(asyncio.CancelledError):
            await running

        assert await said() == [("broken_off", "CancelledError")]


@pytest.mark.usefixtures("database")
class TestARunWhoseProcessIsGone:
    async def test_is_noted_by_the_next(self, gateway):
        clock = noon_clock()
        await begun(clock)
        await begun(clock, day=clock().date())
        await reconcile_daily(payments=gateway, policy=POLICY, clock=clock)

        assert await said() == [("done", None), ("broken_off", None)]

    async def test_is_noted_by_the_sweep_where_the_day_is_done(self, gateway):
        clock = noon_clock()
        await reconcile_daily(payments=gateway, policy=POLICY, clock=clock)
        await begun(clock)
        await reconcile_daily(payments=gateway, policy=POLICY, clock=clock)

        assert await said() == [("broken_off", None), ("done", None)]

    async def test_is_not_one_that_still_runs(self):
        await begun()
        async with desk() as other:
            await other.fetchval("SELECT pg_try_advisory_lock(hashtext('reconcile'))")
            assert await note_broken_off(now=system_clock()) == 0
            assert await said() == [("running", None)]

        assert await note_broken_off(now=system_clock()) == 1
        assert await rows("SELECT FROM reconciliations WHERE state = 'running'") == []
