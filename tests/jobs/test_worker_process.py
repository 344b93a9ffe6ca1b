import asyncio
import json
import signal
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from returns_engine.tables.engine import the_engine
from tests.compared_books import note_compared
from tests.conftest import run_sql
from tests.floor import SOON_STALLED, Floor

pytestmark = pytest.mark.usefixtures("warehouse", "compared_books")
CLI = ("-m", "returns_engine.cli.main", "worker")


@pytest.fixture
async def compared_books(floor: Floor) -> None:
    await note_compared(floor.tools.clock())


class TestAWorkerThatIsKilled:
    async def test_in_the_middle_of_a_refund_costs_nobody_money(self, floor: Floor):
        await floor.approved()
        await floor.goes_wrong("timeout_after")
        with floor.worker("-c", SOON_STALLED) as first:
            await floor.until(lambda: _made(floor))
            first.send_signal(signal.SIGKILL)
            first.wait()
        (job,) = await floor.jobs("execute_refund")
        assert (job["status"], (await floor.refund())["state"]) == ("doing", "submitting")

        with floor.worker("-c", SOON_STALLED):
            paid = await floor.refund_is("succeeded")
        (refund,) = await floor.refunds_at_the_bank()
        assert refund["id"] == paid["provider_refund_id"]
        tries = await the_engine().fetch_rows(
            "SELECT idempotency_key, outcome FROM refund_attempts ORDER BY id"
        )
        assert [row["outcome"] for row in tries] == [None, "accepted"]
        assert len({row["idempotency_key"] for row in tries}) == 1


class TestAWorkerThatIsToldToStop:
    async def test_finishes_what_it_does_and_goes(self, floor: Floor):
        refund_id = await floor.approved()
        await floor.goes_wrong("slow")

        async def sent() -> bool:
            rows = await the_engine().fetch_rows(
                "SELECT 1 FROM refund_attempts WHERE refund = $1", refund_id
            )
            return bool(rows)

        with floor.worker(*CLI) as worker:
            await floor.until(sent)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(60) == 0
        assert (await floor.refund())["state"] == "succeeded"
        assert not [job for job in await floor.jobs() if job["status"] == "doing"]

    async def test_a_second_time_goes_at_once_and_another_finishes(self, floor: Floor):
        await floor.approved()
        await floor.goes_wrong("timeout_after")
        patient = {**floor.environ, "RETURNS_ENGINE_PAYMENT_TIMEOUT": "60"}
        with replace(floor, environ=patient).worker("-c", SOON_STALLED) as worker:
            await floor.until(lambda: _made(floor))
            worker.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.5)
            assert worker.poll() is None
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(60) == 1
        assert (await floor.refund())["state"] == "submitting"

        with floor.worker("-c", SOON_STALLED):
            await floor.refund_is("succeeded")
        assert len(await floor.refunds_at_the_bank()) == 1


class TestAWorkerThatLosesItsDatabase:
    async def test_goes_on_when_it_is_back_says_why_and_still_stops_when_told(
        self, floor: Floor, postgres: str, capfd: pytest.CaptureFixture[str]
    ):
        ours = await _sessions()
        with floor.worker(*CLI) as worker:
            await floor.approved()
            await floor.refund_is("succeeded")
            name = urlsplit(floor.environ["RETURNS_ENGINE_DATABASE_URL"]).path.strip("/")
            run_sql(postgres, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            cut = [pid for pid in await _sessions() if pid not in ours]
            await the_engine().fetch_rows("SELECT pg_terminate_backend(unnest($1::int[]))", cut)
            await asyncio.sleep(1.5)
            run_sql(postgres, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
            await floor.approved()

            async def paid_twice() -> bool:
                return len(await floor.refunds_at_the_bank()) == 2

            await floor.until(paid_twice)
            assert worker.poll() is None
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(90) == 0
        told = [json.loads(line) for line in capfd.readouterr().err.splitlines() if "{" in line]
        begun = [one["because"] for one in told if one["event"] == "worker_begins_again"]
        assert begun
        for because in begun:
            assert because[0] == "ConnectorException"
            assert because[-1].endswith(("Error", "Timeout"))


async def _sessions() -> list[int]:
    rows = await the_engine().fetch_rows(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    )
    return [row["pid"] for row in rows]


async def _made(floor: Floor) -> bool:
    return bool(await floor.refunds_at_the_bank())
