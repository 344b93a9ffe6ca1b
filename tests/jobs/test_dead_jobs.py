import asyncio
import json

import pytest
from click.testing import CliRunner

from returns_engine.cli import doctor
from returns_engine.tables.engine import transaction
from returns_engine.tables.reference import Warehouse
from returns_engine.worker import rescue_stalled
from returns_engine.workflow.refusals import Conflict, NotFound
from returns_engine.workflow.requeue_job import requeue_job
from returns_engine.workflow.sweep import sweep_labels
from tests.floor import Floor
from tests.workflow.orders import NOW
from tests.workflow.shop import FINANCE, rows, value


async def _sql(statement: str) -> None:
    async with transaction() as opened:
        await opened.connection.execute(statement)


class TestAJobThatDied:
    async def test_is_kept_and_listed_and_not_followed_by_others(
        self, floor: Floor, monkeypatch: pytest.MonkeyPatch
    ):
        number = await floor.asked_for()  # no warehouse takes returns: no label can be printed
        await _sql("UPDATE procrastinate_jobs SET attempts = 2 WHERE task_name = 'issue_label'")
        await floor.work()
        (job,) = await floor.jobs("issue_label")
        assert (job["status"], job["attempts"]) == ("todo", 3)
        await _sql("UPDATE procrastinate_jobs SET scheduled_at = now()")
        await floor.work()
        (job,) = await floor.jobs("issue_label")
        assert job["status"] == "failed"

        await _sql("UPDATE returns SET approved_at = approved_at - interval '1 day'")
        assert await sweep_labels(now=floor.tools.clock()) == 0
        for name, text in floor.environ.items():
            monkeypatch.setenv(name, text)
        seen = await asyncio.to_thread(CliRunner().invoke, doctor.command, ["--json"])
        check = next(one for one in json.loads(seen.stdout)["checks"] if one["what"] == "jobs")
        assert check["ok"] is False
        assert number in check["mend"]


class TestADeadJob:
    @pytest.fixture
    async def dead(self, floor: Floor) -> int:
        """A label that could not be printed, because no warehouse took returns."""
        await floor.asked_for()
        await _sql("UPDATE procrastinate_jobs SET attempts = 3 WHERE task_name = 'issue_label'")
        await floor.work()
        (job,) = await floor.jobs("issue_label")
        assert job["status"] == "failed"
        number: int = job["id"]
        return number

    async def test_does_its_work_once_what_killed_it_is_mended(self, floor: Floor, dead: int):
        address = {"line1": "1 Dock Rd", "city": "Chicago", "postal_code": "60601"}
        await Warehouse(code="W1", name="EKR", country="US", **address).save()
        assert await requeue_job(dead, actor=FINANCE, now=NOW) == "issue_label"
        await floor.work()

        assert await floor.jobs("issue_label") == []
        assert await value("SELECT count(*) FROM labels") == 1

    async def test_is_dead_again_where_nothing_was_mended(self, floor: Floor, dead: int):
        await requeue_job(dead, actor=FINANCE, now=NOW)
        await floor.work()

        (job,) = await floor.jobs("issue_label")
        assert (job["id"], job["status"]) == (dead, "failed")

    async def test_is_put_back_once_and_on_record_with_who_did(self, floor: Floor, dead: int):
        await requeue_job(dead, actor=FINANCE, now=NOW)
        with pytest.raises(Conflict) as refused:
            await requeue_job(dead, actor=FINANCE, now=NOW)

        assert refused.value.code == "job_not_dead"
        (event,) = await rows(
            "SELECT actor_id, data FROM events WHERE chain = 'staff' AND type = 'job.requeued'"
        )
        assert event["actor_id"] == FINANCE.id
        assert json.loads(event["data"]) == {"job": dead, "task": "issue_label"}
        assert len(await floor.jobs("issue_label")) == 1

    async def test_stays_where_another_like_it_waits(self, floor: Floor):
        await _sql(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, status) VALUES"
            " ('default', 'reconcile', 'reconcile', 'failed'),"
            " ('default', 'reconcile', 'reconcile', 'todo')"
        )
        dead, _ = await floor.jobs("reconcile")

        with pytest.raises(Conflict) as refused:
            await requeue_job(dead["id"], actor=FINANCE, now=NOW)

        assert refused.value.code == "job_waits_already"

    @pytest.mark.usefixtures("floor")
    async def test_must_be_there(self):
        with pytest.raises(NotFound):
            await requeue_job(987654, actor=FINANCE, now=NOW)


class TestAStalledJob:
    async def test_goes_to_another_worker(self, floor: Floor):
        await floor.asked_for()
        await _sql("UPDATE procrastinate_jobs SET status = 'doing'")
        await rescue_stalled(floor.app, 5)
        assert {job["status"] for job in await floor.jobs()} == {"todo"}

    async def test_that_took_too_many_workers_down_is_dead(self, floor: Floor):
        await floor.asked_for()
        await _sql("UPDATE procrastinate_jobs SET status = 'doing', attempts = 10")
        await rescue_stalled(floor.app, 5)
        assert {job["status"] for job in await floor.jobs()} == {"failed"}

    async def test_of_a_schedule_is_dropped_and_keeps_no_other_from_rescue(self, floor: Floor):
        await _sql(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, status) VALUES"
            " ('default', 'sweep_refunds', 'sweep_refunds', 'doing'),"
            " ('default', 'sweep_refunds', 'sweep_refunds', 'todo')"
        )
        await floor.asked_for()
        await _sql("UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'issue_label'")
        await rescue_stalled(floor.app, 5)
        assert [job["status"] for job in await floor.jobs("sweep_refunds", "issue_label")] == [
            "todo",
            "todo",
        ]

    async def test_of_a_worker_that_lives_is_left_to_it(self, floor: Floor):
        await floor.asked_for()
        await _sql("INSERT INTO procrastinate_workers DEFAULT VALUES")
        await _sql(
            "UPDATE procrastinate_jobs SET status = 'doing',"
            " worker_id = (SELECT id FROM procrastinate_workers)"
        )
        await rescue_stalled(floor.app, 5)
        assert {job["status"] for job in await floor.jobs()} == {"doing"}
