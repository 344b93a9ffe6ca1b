"""Credit notes: one for each refund that was paid, numbered without gaps, whatever breaks."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from returns_engine.rules.actor import Actor
from returns_engine.rules.words import ActorKind
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.issue_credit_note import issue_credit_note
from returns_engine.workflow.sweep_papers import sweep_credit_notes
from tests.workflow.orders import NOW, a_payment, an_order
from tests.workflow.shop import POLICY, approve, come_back, opened, put_order, record, rows

pytestmark = pytest.mark.usefixtures("database")


def _customer(order: str) -> Actor:
    return Actor(kind=ActorKind.CUSTOMER, order=order)


async def paid_outside(count: int) -> list[UUID]:
    """Refunds to external payments, recorded as paid one after the other."""
    paid = []
    for number in range(1, count + 1):
        reference = f"PP-{number}"
        payment = a_payment(provider="external", method="paypal", reference=reference)
        order = f"EKR-{1000 + number}"
        await put_order(order, an_order(payments=[payment]))
        return_number = await opened(order_number=order, actor=_customer(order))
        (refund,) = await come_back(return_number, {"L1": 1})
        await approve(refund["id"], refund["proposed"])
        await record(refund["id"], f"back-{number}")
        paid.append(refund["id"])
    return paid


async def issue(refund_id: UUID, when: datetime = NOW) -> None:
    await issue_credit_note(refund_id, policy=POLICY, clock=lambda: when)


async def numbers() -> list[str]:
    return [row["number"] for row in await rows("SELECT number FROM credit_notes ORDER BY id")]


async def jobs() -> list[str]:
    found = await rows(
        "SELECT args->>'refund_id' AS refund FROM procrastinate_jobs"
        " WHERE task_name = 'issue_credit_note' ORDER BY id"
    )
    return [row["refund"] for row in found]


class TestACreditNote:
    async def test_is_ordered_in_the_transaction_that_pays(self):
        (refund,) = await paid_outside(1)

        assert await jobs() == [str(refund)]
        assert await numbers() == []
        (job,) = await rows(
            "SELECT priority FROM procrastinate_jobs WHERE task_name = 'issue_credit_note'"
        )
        assert job["priority"] < 0, "paper must not keep money waiting"

    async def test_says_what_went_back_and_when(self):
        (refund,) = await paid_outside(1)
        await issue(refund)

        (note,) = await rows("SELECT * FROM credit_notes")
        assert note["number"] == "CN-2026-000001"
        assert (note["amount"], note["currency"], note["turn"]) == (13534, "USD", 1)
        assert note["issued_on"].isoformat() == note["sent_on"].isoformat() == "2026-03-30"

    async def test_is_given_once_however_often_the_job_runs(self):
        (refund,) = await paid_outside(1)
        for _ in range(3):
            await issue(refund)
        await asyncio.gather(*(issue(refund) for _ in range(4)))

        assert await numbers() == ["CN-2026-000001"]

    async def test_is_for_nothing_that_was_not_paid(self):
        await put_order()
        (refund,) = await come_back(await opened(), {"L1": 1})
        await approve(refund["id"], refund["proposed"])
        await issue(refund["id"])

        assert await numbers() == []

    async def test_begins_a_series_with_each_year_of_the_merchant(self):
        first, second, third = await paid_outside(3)
        # Still 2026 in New York, where the merchant's books are.
        await issue(first, datetime(2027, 1, 1, 3, 0, tzinfo=UTC))
        await issue(second, datetime(2027, 1, 1, 5, 0, tzinfo=UTC))
        await issue(third, datetime(2027, 1, 1, 3, 0, tzinfo=UTC))

        assert await numbers() == ["CN-2026-000001", "CN-2027-000001", "CN-2027-000002"]


class TestTheSeries:
    async def test_has_no_gap_where_many_are_numbered_at_once_and_some_break(self):
        refunds = await paid_outside(6)

        async def broken(refund: UUID) -> None:
            async with transaction():
                await issue(refund)
                await connection().execute("SELECT 1 / 0")

        await asyncio.gather(
            *(issue(refund) for refund in refunds),
            *(broken(refund) for refund in refunds),
            *(issue(refund) for refund in refunds),
            return_exceptions=True,
        )

        assert await numbers() == [f"CN-2026-{place:06}" for place in range(1, 7)]

    async def test_takes_up_again_where_a_worker_died(self, database_url: str):
        first, second = await paid_outside(2)
        dying = await asyncpg.connect(database_url)
        await dying.execute("BEGIN")
        await dying.execute("INSERT INTO credit_note_counter VALUES ('CN', 2026, 1)")
        waiting = asyncio.create_task(issue(first))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        dying.terminate()
        await waiting
        await issue(second)

        assert await numbers() == ["CN-2026-000001", "CN-2026-000002"]

    async def test_keeps_no_refund_from_being_paid(self, database_url: str):
        """Somebody sits on the counter: money moves all the same, and is numbered later."""
        sitting = await asyncpg.connect(database_url)
        await sitting.execute("BEGIN")
        await sitting.execute("INSERT INTO credit_note_counter VALUES ('CN', 2026, 0)")
        await asyncio.wait_for(paid_outside(2), timeout=60)
        await sitting.close()

        assert len(await jobs()) == 2


class TestTheSweep:
    async def test_finds_in_the_order_of_payment_what_was_missed_and_asks_once(self):
        refunds = await paid_outside(3)
        await rows("DELETE FROM procrastinate_jobs")
        await issue(refunds[1])
        sooner = (
            "UPDATE refunds SET succeeded_at = succeeded_at - interval '1 minute' WHERE id = $1"
        )
        await rows(sooner, refunds[2])
        later = NOW + timedelta(minutes=5)

        assert await sweep_credit_notes(now=later) == 2
        assert await jobs() == [str(refunds[2]), str(refunds[0])]
        assert await sweep_credit_notes(now=later) == 0
