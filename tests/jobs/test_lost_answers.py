import json

import pytest

from returns_engine.jobs.catalog import JOBS
from returns_engine.tables.engine import the_engine
from tests.floor import Floor

pytestmark = pytest.mark.usefixtures("warehouse")


async def _send(floor: Floor) -> dict:
    """Play the worker for the refund that waits, and return its row."""
    (waiting,) = await floor.jobs("execute_refund", "ask_about")
    await the_engine().fetch_rows("DELETE FROM procrastinate_jobs WHERE id = $1", waiting["id"])
    await JOBS[waiting["task_name"]].run(floor.tools, **json.loads(waiting["args"]))
    return await floor.refund()


async def _next(floor: Floor) -> list[str]:
    return [job["task_name"] for job in await floor.jobs("execute_refund", "ask_about")]


class TestALostAnswer:
    async def test_is_followed_by_another_try_every_time(self, floor: Floor):
        await floor.approved()
        await floor.goes_wrong("drop_after", times=3)
        for _ in range(3):
            assert (await _send(floor))["state"] == "unknown"
            assert await _next(floor) == ["execute_refund"]

        assert (await _send(floor))["state"] == "succeeded"
        assert len(await floor.refunds_at_the_bank()) == 1

    async def test_behind_a_saved_breakdown_is_followed_by_a_question(self, floor: Floor):
        await floor.approved()
        await floor.goes_wrong("http_500_done")
        assert (await _send(floor))["state"] == "unknown"
        assert await _next(floor) == ["ask_about"]
        assert (await _send(floor))["state"] == "succeeded"


class TestARefusal:
    async def test_proves_nothing_while_the_list_cannot_be_read(self, floor: Floor):
        await floor.approved()
        await floor.goes_wrong("declined")
        away = {"on": "refunds.list", "mode": "http_503_before", "times": 1}
        (await floor.bank.post("/_test/faults", json=away)).raise_for_status()
        assert (await _send(floor))["state"] == "unknown"

        assert (await _send(floor))["state"] == "failed"
        assert await floor.refunds_at_the_bank() == []
