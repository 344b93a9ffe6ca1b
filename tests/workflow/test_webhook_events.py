"""What is written down for receivers, in the transaction of the change and in no other."""

import json
from typing import Any

import pytest

from returns_engine.rules.actor import SYSTEM
from returns_engine.tables.engine import transaction
from returns_engine.workflow.keep_webhooks import (
    add_webhook,
    disable_webhook,
    enable_webhook,
    remove_webhook,
)
from returns_engine.workflow.review_return import approve_return
from returns_engine.workflow.write_message import write_message
from tests.workflow.orders import NOW, a_line, an_order, asked
from tests.workflow.shop import (
    DANA,
    POLICY,
    SUPPORT,
    approve,
    come_back,
    opened,
    put_order,
    rows,
    the_return,
    value,
)

pytestmark = pytest.mark.usefixtures("database")


async def receiver(*types: str, url: str = "https://erp.example.com/hooks") -> int:
    added = await add_webhook(url, event_types=types, secure=True, actor=SYSTEM, now=NOW)
    return added.id


async def told(endpoint: int | None = None) -> list[dict[str, Any]]:
    found = await rows(
        "SELECT * FROM webhook_deliveries WHERE $1::int IS NULL OR endpoint = $1 ORDER BY id",
        endpoint,
    )
    return [{**row, "data": json.loads(row["data"])} for row in found]


async def types(endpoint: int | None = None) -> list[str]:
    return [one["event_type"] for one in await told(endpoint)]


class TestALife:
    async def test_is_told_move_by_move(self):
        await receiver()
        await put_order()
        number = await opened(asked("L1"))
        refund = (await come_back(number, {"L1": 1}))[0]
        await approve(refund["id"], refund["proposed"])

        assert await types() == [
            *("return.requested", "return.approved", "return.received"),
            *("refund.proposed", "return.settling", "refund.approved"),
        ]

    async def test_is_told_by_numbers_and_states_alone(self):
        await receiver()
        await put_order()
        number = await opened(asked("L1"))
        refund = (await come_back(number, {"L1": 1}))[0]

        of_return, of_refund = (await told())[0]["data"], (await told())[3]["data"]
        assert of_return == {
            "return_number": number,
            "order_number": "EKR-1001",
            "kind": "return",
            "state": "requested",
            "version": 1,
            "sequence": 1,
        }
        assert of_refund == {
            "refund_id": str(refund["id"]),
            "return_number": number,
            "order_number": "EKR-1001",
            "kind": "return",
            "state": "proposed",
            "amount": refund["proposed"],
            "currency": refund["currency"],
            "version": refund["version"],
            "sequence": of_refund["sequence"],
        }

    async def test_is_numbered_as_in_the_record(self):
        await receiver()
        await put_order()
        number = await opened(asked("L1"))
        refund = (await come_back(number, {"L1": 1}))[0]
        await approve(refund["id"], refund["proposed"])

        numbered = [one["data"]["sequence"] for one in await told()]
        assert numbered == sorted(numbered)
        approved = "SELECT sequence FROM events WHERE chain = $1 AND type = 'refund.approved'"
        assert numbered[-1] == await value(approved, number)
        last = (await told())[-1]["data"]
        assert last["amount"] == refund["proposed"]
        versions = [one["data"]["version"] for one in await told() if "amount" not in one["data"]]
        assert versions == sorted(versions)
        assert versions[-1] <= (await the_return(number))["version"]

    async def test_says_nothing_where_nothing_moved(self):
        await receiver()
        await put_order()
        number = await opened(asked("L1"))
        before = await types()
        await write_message(number, message="Where is it?", actor=DANA, now=NOW)

        assert await types() == before

    async def test_that_is_undone_was_never_told(self):
        await receiver()
        await put_order()
        async with transaction() as one:
            await opened(asked("L1"))
            assert await types() != []
            await one.rollback()

        assert await types() == []
        assert await value("SELECT count(*) FROM procrastinate_jobs") == 0


class TestReceivers:
    async def test_each_get_what_they_want_under_the_same_id(self):
        everything = await receiver()
        approvals = await receiver("return.approved", "refund.failed")
        await put_order()
        await opened(asked("L1"))

        assert await types(approvals) == ["return.approved"]
        (wanted,) = await told(approvals)
        same = [one for one in await told(everything) if one["event_id"] == wanted["event_id"]]
        assert [one["event_type"] for one in same] == ["return.approved"]
        assert len({one["event_id"] for one in await told(everything)}) == 2

    async def test_get_a_job_for_each_that_goes_by_the_lane_of_the_return(self):
        endpoint = await receiver()
        await put_order()
        number = await opened(asked("L1"))

        lane = (await the_return(number))["id"] % 2
        jobs = await rows(
            "SELECT lock, priority, args::text AS args FROM procrastinate_jobs"
            " WHERE task_name = 'send_webhook' ORDER BY id"
        )
        assert [json.loads(job["args"])["delivery_id"] for job in jobs] == [
            one["id"] for one in await told()
        ]
        assert {(job["lock"], job["priority"]) for job in jobs} == {
            (f"webhook:{endpoint}:{lane}", -10)
        }

    async def test_that_are_off_find_what_happened_meanwhile_held(self):
        endpoint = await receiver()
        await disable_webhook(endpoint, actor=SYSTEM, now=NOW)
        await put_order()
        await opened(asked("L1"))

        assert {one["state"] for one in await told()} == {"held"}
        no_jobs = "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE 'send_webhook%'"
        assert await value(no_jobs) == 0
        assert await enable_webhook(endpoint, actor=SYSTEM, now=NOW) == 2

    async def test_that_are_removed_leave_nothing(self):
        endpoint = await receiver()
        await put_order()
        number = await opened(asked("L1"))
        await remove_webhook(endpoint, actor=SYSTEM, now=NOW)

        assert await told() == []
        assert (await the_return(number))["state"] == "approved"

    async def test_hear_of_a_return_that_a_person_decides(self):
        await receiver("return.in_review", "return.approved")
        await put_order(document=an_order(a_line("L1")))
        number = await opened(asked("L1", reason="defective"))
        await approve_return(number, policy=POLICY, actor=SUPPORT, now=NOW)

        assert await types() == ["return.in_review", "return.approved"]
