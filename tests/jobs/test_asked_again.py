"""A refund that succeeded is asked about again for a month: it can still come back."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from returns_engine.gateways.payments.gateway import PaymentGateway, ProviderPayment
from returns_engine.workflow.hear_payment import hear_payment
from returns_engine.workflow.sweep import sweep_refunds, sweep_succeeded
from returns_engine.workflow.sweep_payments import sweep_payments
from tests.floor import Floor
from tests.jobs.provider import ask, control, later, reference, send, sql

pytestmark = pytest.mark.usefixtures("warehouse")


class TestARefundThatSucceeded:
    async def test_is_asked_about_daily_and_then_every_three_days_for_a_month(self, floor: Floor):
        await floor.approved()
        refund = await send(floor)
        paid_at, asked_on = refund["succeeded_at"], []
        for day in range(45):
            # A minute later each day: a day is over when it is over.
            moment = paid_at + timedelta(days=day, minutes=day + 1)
            if await sweep_succeeded(now=moment):
                asked_on.append(day)
                await sql("DELETE FROM procrastinate_jobs")
                await sql("UPDATE refunds SET checked_at = $1", moment)

        assert asked_on == [*range(1, 7), 9, 12, 15, 18, 21, 24, 27, 30]

    async def test_has_one_question_for_its_payment_and_no_second_while_that_waits(
        self, floor: Floor
    ):
        await floor.approved()
        await send(floor)
        tomorrow = floor.tools.clock() + timedelta(days=1, hours=1)
        assert await sweep_succeeded(now=tomorrow) == 1
        assert await sweep_succeeded(now=tomorrow) == 0
        assert await sweep_refunds(now=tomorrow) == 0

    async def test_that_failed_without_a_word_is_found_out(self, floor: Floor):
        await floor.approved()
        refund = await send(floor)
        await control(floor, "refunds/fail", refund=refund["provider_refund_id"])
        await later(floor, days=1, hours=1)
        await sweep_succeeded(now=floor.tools.clock())

        assert (await send(floor))["state"] == "failed"
        assert await sql("SELECT difference FROM payments") == 0

    async def test_is_asked_about_once_where_the_bank_knows_nothing_of_it(self, floor: Floor):
        await floor.approved()
        await send(floor)
        await sql("UPDATE payments SET reference = 'pi_lost'")
        await later(floor, days=1, hours=1)
        await sweep_succeeded(now=floor.tools.clock())
        await send(floor)

        assert await sweep_succeeded(now=floor.tools.clock()) == 0


class TestTheSums:
    async def test_that_differ_name_the_payment_and_are_kept(self, floor: Floor):
        await floor.approved()
        refund = await send(floor)
        # Lost by us, not by the bank: as after a backup was restored over newer rows.
        await sql("ALTER TABLE refunds DISABLE TRIGGER USER")
        await sql("UPDATE refunds SET amount = amount - 1, proposed = proposed - 1")
        with capture_logs() as said:
            await ask(floor)

        (alert,) = [line for line in said if line["event"] == "payment_difference"]
        assert (alert["difference"], alert["log_level"]) == (1, "error")
        assert alert["payment"] == await sql("SELECT payment_id FROM payments")
        assert await sql("SELECT difference FROM payments") == 1
        await sql("UPDATE refunds SET amount = $1, proposed = $1", refund["amount"])
        await ask(floor)
        assert await sql("SELECT difference FROM payments") == 0


class Busy:
    """The provider of a busy payment: after each answer about it one more refund is booked here."""

    def __init__(self, payments: PaymentGateway, meanwhile: list[Callable[[], Awaitable[object]]]):
        self._payments, self._meanwhile = payments, meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._payments, name)

    async def read_payment(self, reference: str) -> ProviderPayment:
        told = await self._payments.read_payment(reference)
        if self._meanwhile:
            await self._meanwhile.pop(0)()
        return told


class TestAPaymentThatIsBusy:
    async def test_raises_no_alarm_for_what_is_booked_while_it_is_asked(self, floor: Floor):
        order = await floor.ordered()
        await floor.approved(order)

        async def another() -> None:
            await floor.approved(order)
            await floor.work()

        busy = Busy(floor.tools.payments, [floor.work, another])
        with capture_logs() as said:
            assert await hear_payment(
                await reference(), busy, policy=floor.tools.policy, now=floor.tools.clock()
            )

        assert await sql("SELECT count(*) FROM refunds WHERE state = 'succeeded'") == 2
        assert [line for line in said if line["event"] == "payment_difference"] == []
        assert await sql("SELECT difference FROM payments") == 0


class TestAPaymentWhereSomethingElseMoves:
    async def test_is_looked_at_daily_until_nothing_more_can_move(self, floor: Floor):
        await floor.approved()
        await send(floor)
        made = await control(
            floor, "refunds/dashboard", payment_intent=await reference(), amount=500
        )
        opened = await control(floor, "disputes", payment_intent=await reference(), amount=700)
        await ask(floor)
        assert await sql("SELECT outside + disputed FROM payment_balances") == 1200
        assert await sweep_payments(now=floor.tools.clock()) == 0
        await control(floor, "refunds/fail", refund=made["id"])
        await control(floor, "disputes/update", dispute=opened["id"], status="won")
        await later(floor, days=1, minutes=1)
        assert await sweep_payments(now=floor.tools.clock()) == 1
        assert await sweep_payments(now=floor.tools.clock()) == 0
        await send(floor)

        assert await sql("SELECT outside + disputed FROM payment_balances") == 0
        await later(floor, days=1, minutes=1)
        assert await sweep_payments(now=floor.tools.clock()) == 0
