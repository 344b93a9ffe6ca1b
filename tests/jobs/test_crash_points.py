"""Wherever a worker dies, whoever comes at the same time, and in whatever order news comes in."""

import asyncio
from datetime import timedelta

import pytest

from returns_engine.gateways.payments.stripe_client import StripeGateway
from returns_engine.jobs.catalog import JOBS
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.check_payment import check_payment
from returns_engine.workflow.provider_readings import next_reading
from returns_engine.workflow.sweep import sweep_refunds
from returns_engine.workflow.take_in_refund import take_in_refund
from tests.floor import Floor
from tests.jobs.interrupted import Interrupted, Killed, interrupted, is_killed
from tests.jobs.provider import (
    at_the_counter,
    control,
    hint,
    later,
    mails,
    reference,
    retry,
    send,
    sql,
)

pytestmark = pytest.mark.usefixtures("warehouse")


async def execute(floor: Floor) -> None:
    await JOBS["execute_refund"].run(floor.tools, refund_id=str((await floor.refund())["id"]))


async def is_paid_once(floor: Floor) -> None:
    refund = await floor.refund()
    assert refund["state"] == "succeeded"
    (made,) = await floor.refunds_at_the_bank()
    assert (made["id"], made["amount"]) == (refund["provider_refund_id"], refund["amount"])
    assert await mails("refund_sent") == 1
    assert await sql("SELECT count(*) FROM outside_refunds") == 0


async def without_jobs() -> None:
    await sql("DELETE FROM procrastinate_jobs")


class TestAWorkerThatDies:
    @pytest.mark.parametrize("where", ["before", "after"])
    async def test_in_the_midst_of_the_call_is_followed_by_one_with_the_same_key(
        self, floor: Floor, where: str
    ):
        await floor.approved()
        with pytest.raises(Killed):
            await execute(interrupted(floor, **{where: is_killed}))
        assert (await floor.refund())["state"] == "submitting"
        assert len(await floor.refunds_at_the_bank()) == (where == "after")
        await execute(floor)

        await is_paid_once(floor)
        assert await sql("SELECT count(DISTINCT idempotency_key) FROM refund_attempts") == 1
        assert await sql("SELECT count(*) FROM refund_attempts WHERE outcome IS NULL") == 1

    async def test_after_the_call_is_made_up_for_by_asking_a_day_later(self, floor: Floor):
        await floor.approved()
        with pytest.raises(Killed):
            await execute(interrupted(floor, after=is_killed))
        await without_jobs()
        await later(floor, hours=22)
        await sweep_refunds(now=floor.tools.clock())
        await send(floor)

        await is_paid_once(floor)
        assert await sql("SELECT count(*) FROM refund_attempts") == 1

    async def test_before_the_call_is_called_failed_a_day_later_and_can_be_tried_again(
        self, floor: Floor
    ):
        await floor.approved()
        with pytest.raises(Killed):
            await execute(interrupted(floor, before=is_killed))
        await without_jobs()
        await later(floor, hours=26)
        await sweep_refunds(now=floor.tools.clock())
        failed = await send(floor)
        assert (failed["state"], failed["last_error"]) == ("failed", "not_created")

        await retry(floor)
        await send(floor)
        await is_paid_once(floor)


class TestTwoWorkers:
    async def test_on_one_refund_pay_it_once(self, floor: Floor):
        await floor.approved()
        await asyncio.gather(*[execute(floor) for _ in range(3)])
        for _ in range(3):
            if (await floor.refund())["state"] == "succeeded":
                break
            await send(floor)

        await is_paid_once(floor)
        assert await sql("SELECT count(DISTINCT idempotency_key) FROM refund_attempts") == 1


class TestAnEventBeforeOurOwnCommit:
    async def test_is_ours_and_the_answer_changes_nothing_more(self, floor: Floor):
        await floor.approved()

        async def the_event_comes_first() -> None:
            (made,) = await floor.refunds_at_the_bank()
            await hint("refund.created", made["id"], await reference())
            await hint("charge.refunded", made["charge"], await reference())
            await send(floor)
            assert (await floor.refund())["state"] == "succeeded"

        await without_jobs()
        await execute(interrupted(floor, after=the_event_comes_first))
        await is_paid_once(floor)


class TestNewsThatWasOvertaken:
    async def test_is_not_believed(self, floor: Floor):
        await floor.approved()
        refund = await send(floor)
        old_number = await next_reading()
        old_news = await floor.tools.payments.read_refund(refund["provider_refund_id"])
        await control(floor, "refunds/fail", refund=old_news.id)
        await hint("refund.failed", old_news.id)
        assert (await send(floor))["state"] == "failed"
        await take_in_refund(
            old_news, reading=old_number, policy=floor.tools.policy, now=floor.tools.clock()
        )

        assert (await floor.refund())["state"] == "failed"
        assert await mails("refund_sent") == 1

    async def test_of_a_payment_hides_no_dispute(self, floor: Floor):
        await floor.approved()
        bank, now = floor.tools.payments, floor.tools.clock()

        async def a_dispute_is_heard_of() -> None:
            await control(floor, "disputes", payment_intent=await reference(), amount=700)
            await check_payment(await reference(), bank, now=now)
            assert await sql("SELECT disputed FROM payments") == 700

        slow = Interrupted(real=bank, makes=bank, after_reading=a_dispute_is_heard_of)
        old_news = await check_payment(await reference(), slow, now=now)

        assert old_news is not None
        assert old_news.amount_disputed == 0
        assert await sql("SELECT disputed FROM payments") == 700


class TestTheNextGeneration:
    async def test_is_not_sent_where_the_first_was_carried_out_after_all(self, floor: Floor):
        await self.given_up(floor)
        await self.carried_out_late(floor)
        await retry(floor)
        await send(floor)

        await is_paid_once(floor)
        assert await sql("SELECT count(*) FROM refund_attempts WHERE generation = 2") == 0

    async def test_is_not_sent_where_the_first_is_on_its_way_and_counted_nowhere(
        self, floor: Floor
    ):
        await self.given_up(floor)
        await floor.goes_wrong("pending")
        made = await self.carried_out_late(floor)
        await retry(floor)
        refund = await send(floor)

        assert (refund["state"], refund["provider_refund_id"]) == ("pending", made)
        assert await sql("SELECT count(*) FROM refund_attempts WHERE generation = 2") == 0

    @pytest.mark.parametrize("call", ["payment_intents.retrieve", "refunds.list"])
    async def test_is_not_sent_while_the_bank_does_not_let_us_look(self, floor: Floor, call: str):
        await self.given_up(floor)
        await self.carried_out_late(floor)
        await retry(floor)
        await control(floor, "faults", on=call, mode="http_503_before", times=2)
        for _ in range(2):
            assert (await send(floor))["state"] == "submitting"
            assert await sql("SELECT count(*) FROM refund_attempts WHERE generation = 2") == 0
        await send(floor)

        await is_paid_once(floor)

    async def test_that_was_under_way_when_the_first_appeared_is_booked_as_paid_again(
        self, floor: Floor
    ):
        """No protocol can keep a bank from carrying out both; what it did is in the books."""
        await self.given_up(floor)
        refund_id = await retry(floor)
        await without_jobs()

        async def the_first_appears() -> None:
            made = await self.carried_out_late(floor)
            await hint("refund.created", made, await reference())
            await send(floor)

        busy = interrupted(floor, before=the_first_appears)
        await JOBS["execute_refund"].run(busy.tools, refund_id=str(refund_id))

        refund = await floor.refund()
        made = {one["id"] for one in await floor.refunds_at_the_bank()}
        second = await sql("SELECT provider_refund_id FROM outside_refunds")
        assert made == {refund["provider_refund_id"], second}
        assert await sql("SELECT cause FROM outside_refunds") == "paid_again"
        assert await sql("SELECT outside FROM payment_balances") == refund["amount"]
        assert await mails("refund_sent") == 1

    async def given_up(self, floor: Floor) -> None:
        await floor.approved()
        await floor.goes_wrong("http_500")
        await send(floor)
        await later(floor, hours=26)
        assert (await send(floor))["last_error"] == "not_created"

    async def carried_out_late(self, floor: Floor) -> str:
        refund = await floor.refund()
        made = await at_the_counter(
            floor,
            "refunds",
            payment_intent=await reference(),
            amount=refund["amount"],
            **{"metadata[refund_id]": str(refund["id"]), "metadata[generation]": "1"},
        )
        made_id: str = made["id"]
        return made_id


class TestTheAnswerToAGenerationThatWasGivenUp:
    async def test_is_taken_in_as_the_money_it_tells_of(self, floor: Floor):
        await floor.approved()

        async def meanwhile_it_was_given_up() -> None:
            async with transaction():
                await connection().execute("UPDATE refunds SET state = 'failed'")
            await retry(floor)

        await without_jobs()
        await execute(interrupted(floor, after=meanwhile_it_was_given_up))
        await send(floor)

        await is_paid_once(floor)


class TestABackupThatWasRestored:
    async def test_finds_what_was_paid_before_it_pays_again(self, floor: Floor):
        await floor.approved()
        refund = await floor.refund()
        await at_the_counter(
            floor,
            "refunds",
            payment_intent=await reference(),
            amount=refund["amount"],
            **{"metadata[refund_id]": str(refund["id"]), "metadata[generation]": "1"},
        )
        await send(floor)

        await is_paid_once(floor)
        assert await sql("SELECT count(*) FROM refund_attempts") == 0


class TestAKeyThatTheBankKnowsOtherwise:
    async def test_stops_the_refund_for_a_person(self, floor: Floor):
        await floor.approved()
        refund = await floor.refund()
        key = {"Idempotency-Key": refund["idempotency_key"]}
        first = await floor.bank.post(
            "/v1/refunds",
            data={"payment_intent": await reference(), "amount": 1},
            headers={"Authorization": f"Bearer {floor.settings.stripe_key}", **key},
        )
        assert first.status_code == 200
        stopped = await send(floor)

        assert (stopped["state"], stopped["last_error"]) == ("unknown", "idempotency_error")
        assert await floor.jobs("execute_refund", "ask_about") == []
        await execute(floor)
        assert await sql("SELECT count(*) FROM refund_attempts") == 1
        later_on = floor.tools.clock() + timedelta(minutes=5)
        await sweep_refunds(now=later_on)
        assert [job["task_name"] for job in await floor.jobs("execute_refund", "ask_about")] == [
            "ask_about"
        ]


class TestAClockThatJumps:
    @pytest.mark.parametrize("ahead", [timedelta(hours=-21), timedelta(days=3)])
    async def test_makes_us_ask_for_nobody_knows_how_old_the_key_is(
        self, floor: Floor, ahead: timedelta
    ):
        await floor.approved()
        await floor.goes_wrong("timeout_after")
        assert (await send(floor))["state"] == "unknown"
        await without_jobs()
        await sql("UPDATE refunds SET first_sent_at = first_sent_at + $1", ahead)
        await execute(floor)
        assert await sql("SELECT count(*) FROM refund_attempts") == 1
        await sweep_refunds(now=floor.tools.clock() + timedelta(minutes=5))
        await send(floor)

        await is_paid_once(floor)


class TestARefusalThatHeardNobody:
    async def test_after_an_unanswered_try_proves_nothing(self, floor: Floor):
        await floor.approved()
        await floor.goes_wrong("timeout_before")
        assert (await send(floor))["state"] == "unknown"
        revoked = StripeGateway(api_key="pk_revoked", address=floor.settings.stripe_address)
        await send(interrupted(floor, makes=revoked))
        await revoked.close()

        assert (await floor.refund())["state"] == "unknown"
        assert [job["task_name"] for job in await floor.jobs("execute_refund", "ask_about")] == [
            "ask_about"
        ]


class TestAnAnswerThatIsNone:
    async def test_is_told_by_a_word_of_ours_and_kept_on_the_attempt(self, floor: Floor):
        await floor.approved()
        await floor.goes_wrong("http_500")
        refund = await send(floor)

        assert (refund["state"], refund["last_error"]) == ("unknown", "no_answer")
        assert "HTTP 500" in await sql("SELECT detail FROM refund_attempts")
