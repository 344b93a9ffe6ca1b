"""A payment is read and compared before money goes back to it: nothing is sent to a wrong one."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from returns_engine.jobs.catalog import JOBS
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.sweep import sweep_refunds
from tests.floor import Floor
from tests.jobs.provider import at_the_counter, control, send, sql

pytestmark = pytest.mark.usefixtures("warehouse")


async def at_the_bank(floor: Floor, **payment: Any) -> str:
    """Another payment at the bank, in the place of the one that our books name."""
    fields = {
        "amount": 1000,
        "currency": "usd",
        "payment_method": "pm_card_visa",
        "confirm": "true",
    }
    made = await at_the_counter(floor, "payment_intents", **(fields | payment))
    reference: str = made["id"]
    await sql("UPDATE payments SET reference = $1", reference)
    return reference


async def captured() -> int:
    amount: int = await sql("SELECT captured FROM payments")
    return amount


class TestAPaymentThatIsNotWhatOurBooksSay:
    @pytest.mark.parametrize(
        ("mismatch", "at_bank"),
        [
            ("amount", {}),
            ("currency", {"currency": "eur", "amount": None}),
            ("not_captured", {"capture_method": "manual", "amount": None}),
        ],
    )
    async def test_keeps_its_refund_from_being_sent(
        self, floor: Floor, mismatch: str, at_bank: dict[str, Any]
    ):
        await floor.approved()
        at_bank = {name: one or str(await captured()) for name, one in at_bank.items()}
        await at_the_bank(floor, **at_bank)
        refund = await send(floor)

        assert (refund["state"], refund["last_error"]) == ("approved", "payment_mismatch")
        assert refund["blocked_since"] is not None
        assert await floor.refunds_at_the_bank() == []
        assert await sql("SELECT mismatch FROM payments") == mismatch
        assert await sql("SELECT count(*) FROM refund_attempts") == 0
        assert await sql("SELECT reason FROM events WHERE type = 'refund.blocked'") == (
            "payment_mismatch"
        )
        assert await sql("SELECT balance FROM payment_balances") == (
            await captured() - refund["amount"]
        )

    async def test_may_be_one_that_the_bank_never_heard_of(self, floor: Floor):
        await floor.approved()
        await sql("UPDATE payments SET reference = 'pi_nobody_knows'")
        refund = await send(floor)

        assert (refund["state"], refund["last_error"]) == ("approved", "payment_mismatch")
        assert await sql("SELECT mismatch FROM payments") == "unknown_at_provider"

    async def test_is_read_again_with_a_growing_pause_and_tells_its_trouble_once(
        self, floor: Floor
    ):
        await floor.approved()
        await at_the_bank(floor)
        await send(floor)
        start, asked_at = floor.tools.clock(), []
        for minute in range(8 * 60):
            moment = start + timedelta(minutes=minute)
            if await sweep_refunds(now=moment):
                asked_at.append(minute)
                await the_engine().fetch_rows("DELETE FROM procrastinate_jobs")
                await sql("UPDATE refunds SET checked_at = $1", moment)

        pauses = [after - before for before, after in pairwise(asked_at)]
        assert pauses == sorted(pauses)
        assert len(asked_at) < 10
        await JOBS["execute_refund"].run(floor.tools, refund_id=str((await floor.refund())["id"]))
        assert await sql("SELECT count(*) FROM events WHERE type = 'refund.blocked'") == 1

    async def test_goes_on_by_itself_once_both_agree(self, floor: Floor):
        await floor.approved()
        reference = await at_the_bank(floor, capture_method="manual", amount=str(await captured()))
        assert (await send(floor))["last_error"] == "payment_mismatch"
        await at_the_counter(floor, f"payment_intents/{reference}/capture")
        await sweep_refunds(now=floor.tools.clock() + timedelta(minutes=5))
        refund = await send(floor)

        assert (refund["state"], refund["last_error"]) == ("succeeded", None)
        assert refund["blocked_since"] is None
        assert len(await floor.refunds_at_the_bank()) == 1
        assert await sql("SELECT verified_at IS NOT NULL FROM payments")
        assert await sql("SELECT mismatch FROM payments") is None


class TestAPaymentThatCannotBeRead:
    async def test_is_read_again_later_and_nothing_was_sent(self, floor: Floor):
        await floor.approved()
        await control(
            floor, "faults", on="payment_intents.retrieve", mode="http_503_before", times=2
        )
        for _ in range(2):
            refund = await send(floor)
            assert (refund["state"], refund["last_error"]) == ("approved", "payment_not_read")
            assert await sql("SELECT count(*) FROM refund_attempts") == 0
        (job,) = await floor.jobs("execute_refund")
        assert job["status"] == "todo"
        assert await sql(
            "SELECT scheduled_at > now() FROM procrastinate_jobs WHERE task_name = 'execute_refund'"
        )

        assert (await send(floor))["state"] == "succeeded"
