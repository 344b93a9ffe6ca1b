import asyncio

import pytest
from procrastinate import App

from returns_engine.gateways.job_queue.jobs import Job, defer_jobs
from returns_engine.tables.engine import connection, transaction
from returns_engine.worker import job_app
from tests.floor import Floor


class TestAJob:
    async def test_of_a_transaction_that_is_rolled_back_was_never_there(self, floor: Floor):
        async with transaction() as opened:
            await defer_jobs(connection(), [Job(task="issue_label", args={"number": "RMA-1"})])
            await opened.rollback()
        assert await floor.jobs() == []

    async def test_is_there_with_the_change_it_belongs_to(self, floor: Floor):
        number = await floor.asked_for()
        (job,) = await floor.jobs("issue_label")
        assert (job["status"], job["lock"]) == ("todo", f"return:{number}")

    async def test_that_is_held_back_waits_for_its_moment(self, floor: Floor):
        async with transaction():
            args = {"number": "RMA-1"}
            await defer_jobs(connection(), [Job(task="issue_label", args=args, delay=60)])
        await floor.work()
        assert [job["status"] for job in await floor.jobs("issue_label")] == ["todo"]


# As the queue itself asks whether the next job has to wait for another of its lock.
_IS_LOCKED = """
EXPLAIN SELECT FROM procrastinate_jobs other WHERE other.lock = 'payment:1' AND (
    other.status = 'doing' OR (other.status = 'todo' AND (
        other.priority > 0 OR (other.priority = 0 AND other.id < 7))))
"""


class TestJobsOfOneLock:
    @pytest.mark.usefixtures("floor")
    async def test_are_looked_for_by_their_lock_however_many_wait(self):
        async with transaction():
            await connection().execute("SET LOCAL enable_seqscan = off")
            plan = [row[0] for row in await connection().fetch(_IS_LOCKED)]
        assert "procrastinate_jobs_by_lock" in plan[0] + plan[1], plan

    async def test_never_overlap_whoever_runs_them(self, floor: Floor):
        running, most, done = 0, 0, 0

        async def take_turns() -> None:
            nonlocal running, most, done
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.02)
            running -= 1
            done += 1

        jobs = [Job(task="take_turns", lock="payment:1") for _ in range(6)]
        async with transaction():
            await defer_jobs(connection(), jobs)
        other = job_app(floor.settings.database_url, floor.tools)
        for app in (floor.app, other):
            app.task(name="take_turns")(take_turns)
        async with other.open_async():
            await asyncio.gather(_drain(floor.app, floor), _drain(other, floor))

        assert (done, most) == (6, 1)


async def _drain(app: App, floor: Floor) -> None:
    while await floor.jobs("take_turns"):
        await app.run_worker_async(
            wait=False,
            concurrency=4,
            install_signal_handlers=False,
            listen_notify=False,
            delete_jobs="successful",
        )
        await asyncio.sleep(0.01)
