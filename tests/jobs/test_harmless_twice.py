import json
from datetime import timedelta
from uuid import UUID

import pytest

from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.jobs.catalog import JOBS
from returns_engine.jobs.schedules import SCHEDULES
from returns_engine.queries.parcels import read_quarantine_label
from returns_engine.rules.actor import SYSTEM
from returns_engine.tables.engine import the_engine
from returns_engine.worker import run_due
from returns_engine.workflow.erase_order import Why, erase_order
from returns_engine.workflow.sweep import sweep_inbox, sweep_labels, sweep_parcels, sweep_refunds
from returns_engine.workflow.take_in_parcel import FoundParcel, take_in_parcel
from tests.floor import Floor

# The anchor of the day is told of in the record, once.
DONE = "events WHERE chain <> 'anchors'"

pytestmark = pytest.mark.usefixtures("warehouse")


async def _count(table: str) -> int:
    row = await the_engine().fetch_row(f"SELECT count(*) AS rows FROM {table}")  # noqa: S608 - ours
    assert row is not None
    return row["rows"]


class TestEveryJob:
    async def test_is_harmless_when_it_runs_twice(self, floor: Floor):
        await floor.approved()
        for _ in range(2):
            for job in await floor.jobs():
                await JOBS[job["task_name"]].run(floor.tools, **json.loads(job["args"]))

        assert len(await floor.refunds_at_the_bank()) == 1
        assert (await floor.refund())["state"] == "succeeded"
        assert await _count("refund_attempts") == 1
        mails = (await floor.bank.get("/messages")).json()["items"]
        assert len({mail["message_id"] for mail in mails}) == len(mails)
        events = await _count("events")
        for job in await floor.jobs():
            await JOBS[job["task_name"]].run(floor.tools, **json.loads(job["args"]))
        assert await _count("events") == events

    async def test_of_a_label_prints_one(self, floor: Floor):
        number = await floor.asked_for()
        for _ in range(2):
            await JOBS["issue_label"].run(floor.tools, number=number)
        assert await _count("labels") == 1

    async def test_of_a_quarantine_label_prints_one(self, floor: Floor):
        found = FoundParcel(note="a box")
        parcel_id = await take_in_parcel(found, actor=SYSTEM, now=floor.tools.clock())
        await floor.work()
        printed = await read_quarantine_label(parcel_id)
        await JOBS["print_quarantine_label"].run(floor.tools, parcel_id=str(parcel_id))

        assert printed is not None
        assert await read_quarantine_label(parcel_id) == printed


class TestASweep:
    async def test_finds_a_parcel_whose_label_was_lost_and_asks_once(self, floor: Floor):
        now = floor.tools.clock()
        await take_in_parcel(FoundParcel(note="a box"), actor=SYSTEM, now=now)
        later = now + timedelta(minutes=3)
        assert await sweep_parcels(now=later) == 0
        await _lose_all_jobs()
        assert await sweep_parcels(now=later) == 1
        assert await sweep_parcels(now=later) == 0
        await floor.work()
        assert await sweep_parcels(now=later) == 0

    async def test_finds_a_refund_whose_job_was_lost_and_asks_once(self, floor: Floor):
        refund_id = await floor.approved()
        later = floor.tools.clock() + timedelta(minutes=3)
        assert await sweep_refunds(now=later) == 0
        await _lose_all_jobs()
        assert await sweep_refunds(now=later) == 1
        assert await sweep_refunds(now=later) == 0
        (job,) = await floor.jobs("execute_refund")
        assert UUID(json.loads(job["args"])["refund_id"]) == refund_id

    async def test_only_asks_when_the_key_is_too_old_to_be_sent_again(self, floor: Floor):
        refund_id = await floor.approved()
        await floor.goes_wrong("drop_after")
        await JOBS["execute_refund"].run(floor.tools, refund_id=str(refund_id))
        assert (await floor.refund())["state"] == "unknown"
        await _lose_all_jobs()
        later = floor.tools.clock() + timedelta(hours=21)
        assert await sweep_refunds(now=later) == 1
        (job,) = await floor.jobs("ask_about", "execute_refund")
        assert job["task_name"] == "ask_about"

        await floor.work()
        assert (await floor.refund())["state"] == "succeeded"
        assert len(await floor.refunds_at_the_bank()) == 1

    async def test_finds_an_event_nobody_handled(self, floor: Floor):
        await the_engine().fetch_rows(
            "INSERT INTO webhook_inbox (provider, event_id, type, received_at)"
            " VALUES ('stripe', 'evt_1', 'balance.available', now())"
        )
        later = floor.tools.clock() + timedelta(minutes=3)
        assert await sweep_inbox(now=later) == 1
        assert await sweep_inbox(now=later) == 0
        await floor.work()
        assert await sweep_inbox(now=later) == 0


class TestEverySchedule:
    async def test_is_harmless_when_it_runs_twice(self, floor: Floor):
        await floor.approved()
        await floor.work()
        before = [await _count(table) for table in (DONE, "returns", "refunds", "messages")]
        for schedule in (*SCHEDULES, *SCHEDULES):
            await schedule.run(floor.tools)
        after = [await _count(table) for table in (DONE, "returns", "refunds", "messages")]
        assert after == before

    async def test_that_fails_keeps_no_other_from_running(self, floor: Floor):
        number = await floor.asked_for()
        await JOBS["issue_label"].run(floor.tools, number=number)
        await the_engine().fetch_rows("ALTER TABLE webhook_inbox RENAME TO lost_inbox")
        (
            await floor.bank.post("/_test/clock", json={"offset_seconds": 15 * 86400})
        ).raise_for_status()
        await run_due(floor.tools)
        row = await the_engine().fetch_row("SELECT state FROM returns")
        assert row is not None
        assert row["state"] == "expired"


async def _lose_all_jobs() -> None:
    await the_engine().fetch_rows("DELETE FROM procrastinate_jobs")


class TestTheDailyAnchor:
    async def test_is_written_once_however_often_the_schedule_runs(self, floor: Floor):
        await floor.asked_for()
        for _ in range(2):
            await run_due(floor.tools)

        (anchor,) = floor.settings.anchors.iterdir()
        assert anchor.name.startswith("anchor-000001-")
        assert (floor.settings.data_dir / "anchor-key").stat().st_mode & 0o777 == 0o600


class TestAnErasedOrder:
    async def test_gets_no_label_no_mail_and_kills_no_job(self, floor: Floor):
        number = await floor.asked_for()
        row = await the_engine().fetch_row("SELECT id FROM orders")
        assert row is not None
        await erase_order(
            row["id"],
            why=Why.REQUESTED,
            photos=DirectoryPhotoStore(floor.settings.photos),
            actor=SYSTEM,
            now=floor.tools.clock(),
            even_open=True,
        )
        await floor.work()
        await JOBS["issue_label"].run(floor.tools, number=number)
        assert await sweep_labels(now=floor.tools.clock() + timedelta(hours=1)) == 0

        assert await _count("labels") == 0
        assert (await floor.bank.get("/messages")).json()["items"] == []
        assert [job["task_name"] for job in await floor.jobs() if job["status"] == "failed"] == []
