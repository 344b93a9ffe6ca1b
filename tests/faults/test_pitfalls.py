"""One test for each way in which others lost or doubled money (payments.md 2.9, and 1.5's rows).

Each begins with one approved refund, and lets a worker come by until nothing waits any more.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from returns_engine.gateways.payments.gateway import ProviderUnavailable
from returns_engine.gateways.payments.webhook_events import StripeWebhooks
from returns_engine.jobs.catalog import JOBS
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.approve_refund import approve_refund
from returns_engine.workflow.execute_refund import execute_refund
from returns_engine.workflow.retry_refund import retry_refund
from tests.faults.at_work import (
    keys_sent,
    later,
    made_at_the_bank,
    mails_about,
    order_of,
    reference,
    settle,
    told,
    work,
)
from tests.floor import Floor
from tests.journeys.orders import line

pytestmark = pytest.mark.usefixtures("warehouse")


@pytest.fixture
async def approved(floor: Floor) -> AsyncIterator[UUID]:
    """One approved refund; in the end it is at the bank once, and our books name it."""
    refund_id = await floor.approved()
    yield refund_id
    [there] = [one for one in await floor.refunds_at_the_bank() if one["status"] == "succeeded"]
    ours = await floor.refund()
    assert (ours["state"], ours["provider_refund_id"]) == ("succeeded", there["id"])
    assert ours["amount"] == there["amount"]


class TestFaultsOfTheSdk:
    """payments.md 1.5, row by row."""

    @pytest.mark.parametrize(
        "mode",
        [
            "timeout_after",
            "drop_after",
            "drop_before",
            "reset_after",
            "http_502_after",
            "http_503_before",
            "conflict",
        ],
    )
    async def test_a_lost_answer_goes_out_again_with_the_same_key(
        self, floor: Floor, approved: UUID, mode: str
    ):
        await floor.goes_wrong(mode)
        await settle(floor)
        assert await keys_sent() == [f"refund:{approved}:1"] * 2

    @pytest.mark.usefixtures("approved")
    async def test_a_saved_500_is_asked_about_and_not_sent_again(self, floor: Floor):
        await floor.goes_wrong("http_500_done")
        await settle(floor)
        assert len(await keys_sent()) == 1

    async def test_a_500_that_nothing_came_of_waits_a_day_for_the_next_key(
        self, floor: Floor, approved: UUID
    ):
        await floor.goes_wrong("http_500")
        await work(floor)
        assert (await floor.refund())["state"] == "unknown"
        await later(floor, timedelta(hours=23))
        await work(floor)
        assert (await floor.refund())["state"] == "unknown"
        await later(floor, timedelta(hours=3))
        await work(floor)
        assert (await floor.refund())["state"] == "failed"

        await retry_refund(approved, actor=SYSTEM, now=floor.tools.clock())
        await settle(floor)
        assert await keys_sent() == [f"refund:{approved}:1", f"refund:{approved}:2"]

    @pytest.mark.usefixtures("approved")
    async def test_a_500_that_is_rolled_forward_hours_later_is_adopted(self, floor: Floor):
        late = {"on": "refunds.create", "mode": "http_500_late", "seconds": 6 * 3600}
        await floor.bank.post("/_test/faults", json=late)
        await work(floor)
        await later(floor, timedelta(hours=7))
        await settle(floor)
        assert len(await keys_sent()) == 1

    @pytest.mark.usefixtures("approved")
    @pytest.mark.parametrize("mode", ["rate_limited", "rate_limited_retry", "lock_timeout"])
    async def test_a_429_is_no_refusal(self, floor: Floor, mode: str):
        await floor.goes_wrong(mode)
        await work(floor)
        assert (await floor.refund())["state"] == "unknown"
        await settle(floor)

    @pytest.mark.usefixtures("approved")
    async def test_a_200_cut_in_the_middle_is_no_failure(self, floor: Floor):
        await floor.goes_wrong("truncated")
        await work(floor)
        assert (await floor.refund())["state"] == "unknown"
        await settle(floor)

    @pytest.mark.usefixtures("approved")
    async def test_a_call_cancelled_in_the_middle_is_sent_again_with_its_key(self, floor: Floor):
        await floor.goes_wrong("timeout_after")
        running = asyncio.create_task(work(floor))
        await floor.until(lambda: made_at_the_bank(floor))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert (await floor.refund())["state"] == "submitting"

        await later(floor, timedelta(minutes=3))
        await settle(floor)
        assert len(set(await keys_sent())) == 1

    async def test_a_job_that_runs_again_sends_no_second_refund(self, floor: Floor, approved: UUID):
        await settle(floor)
        for _ in range(2):
            await JOBS["execute_refund"].run(floor.tools, refund_id=str(approved))
        assert len(await keys_sent()) == 1

    async def test_a_key_used_for_something_else_stops_everything(self, floor: Floor):
        refund_id = await floor.approved()
        order = await order_of(await floor.refund(), amount=1)
        await floor.tools.payments.create_refund(order)
        await work(floor)

        stopped = await floor.refund()
        assert (stopped["state"], stopped["last_error"]) == ("unknown", "idempotency_error")
        await later(floor, timedelta(minutes=5))
        await work(floor)
        assert len(await floor.refunds_at_the_bank()) == 1
        assert await keys_sent() == [f"refund:{refund_id}:1"]


class TestFailuresInTheWild:
    """payments.md 2.9, and the pitfalls that 2.1, 2.2, 2.5 and 2.8 name beside them."""

    @pytest.mark.usefixtures("approved")
    async def test_nobody_can_try_again_by_hand_after_a_timeout(self, floor: Floor):
        await floor.goes_wrong("timeout_after")
        await work(floor)
        refund = await floor.refund()
        with pytest.raises(TransitionNotAllowed):
            await retry_refund(refund["id"], actor=SYSTEM, now=floor.tools.clock())
        await settle(floor)

    async def test_a_double_click_approves_once(self, floor: Floor, approved: UUID):
        amount = (await floor.refund())["amount"]
        with pytest.raises(TransitionNotAllowed):
            await approve_refund(
                approved,
                amount=amount,
                note=None,
                clause=None,
                external_reference=None,
                policy=floor.tools.policy,
                actor=SYSTEM,
                now=floor.tools.clock(),
            )
        await settle(floor)

    @pytest.mark.usefixtures("approved")
    async def test_a_webhook_before_our_own_commit_books_it_once(self, floor: Floor):
        await floor.goes_wrong("timeout_after")
        running = asyncio.create_task(work(floor))
        await floor.until(lambda: made_at_the_bank(floor))
        [made] = await floor.refunds_at_the_bank()
        # Our own call is still waiting for its answer.
        await told(floor, "refund.created", made, "evt_1")
        charge = {**made, "object": "charge", "id": made["charge"]}
        await told(floor, "charge.refunded", charge, "evt_2")
        await work(floor, "hear_provider")
        assert (await floor.refund())["state"] == "succeeded"
        await running
        await settle(floor)

    @pytest.mark.usefixtures("approved")
    async def test_a_webhook_that_comes_twice_or_as_twins_books_it_once(self, floor: Floor):
        await settle(floor)
        [made] = await floor.refunds_at_the_bank()
        before = await floor.refund()
        assert await told(floor, "refund.created", made, "evt_1")
        assert not await told(floor, "refund.created", made, "evt_1")
        assert await told(floor, "refund.created", made, "evt_2")
        await work(floor, "hear_provider")
        assert (await floor.refund())["version"] == before["version"]

    async def test_two_equal_refunds_of_one_payment_are_two(self, floor: Floor):
        order = await floor.ordered(line(tax=0), discount=0)
        first, second = await floor.approved(order), await floor.approved(order)
        await settle(floor)
        there = await floor.refunds_at_the_bank()
        assert {one["metadata"]["refund_id"] for one in there} == {str(first), str(second)}
        assert len({one["amount"] for one in there}) == 1
        assert len(set(await keys_sent())) == 2

    async def test_an_error_of_the_call_is_never_shown_as_refunded(self, floor: Floor):
        await floor.approved()
        await floor.goes_wrong("declined")
        failed = await settle(floor)
        assert (failed["state"], failed["last_error"]) == ("failed", "card_declined")
        assert await the_engine().fetch_rows("SELECT 1 FROM returns WHERE state = 'settling'")
        assert await mails_about(floor, "refund") == []

    async def test_a_refund_that_fails_later_takes_its_word_back(self, floor: Floor):
        await floor.approved()
        paid = await settle(floor)
        body = {"refund": paid["provider_refund_id"], "failure_reason": "lost_or_stolen_card"}
        failed = (await floor.bank.post("/_test/refunds/fail", json=body)).json()
        await told(floor, "refund.failed", failed, "evt_1")
        await work(floor, "hear_provider")

        assert (await floor.refund())["state"] == "failed"
        assert await the_engine().fetch_rows("SELECT 1 FROM returns WHERE state = 'settling'")
        rows = await the_engine().fetch_rows("SELECT sum(refunded) AS units FROM return_lines")
        assert rows[0]["units"] == 0

    async def test_a_payment_in_dispute_does_not_kill_the_job(self, floor: Floor):
        refund_id = await floor.approved()
        disputed = {"payment_intent": await reference(refund_id)}
        await floor.bank.post("/_test/disputes", json=disputed)
        await work(floor)
        assert (await floor.refund())["state"] in {"approved", "failed"}
        assert await floor.refunds_at_the_bank() == []

    async def test_a_payment_refunded_by_hand_before_does_not_kill_the_job(self, floor: Floor):
        refund_id = await floor.approved()
        by_hand = {"payment_intent": await reference(refund_id)}
        await floor.bank.post("/_test/refunds/dashboard", json=by_hand)
        await work(floor)
        assert (await floor.refund())["state"] in {"approved", "failed"}
        [made] = await floor.refunds_at_the_bank()
        assert made["metadata"] == {}

    @pytest.mark.usefixtures("approved")
    async def test_what_breaks_after_the_refund_does_not_make_it_a_failure(self, floor: Floor):
        no_mail = {"on": "mail.receive", "mode": "mail_unavailable", "times": 9}
        await floor.bank.post("/_test/faults", json=no_mail)
        await floor.work()
        assert (await floor.refund())["state"] == "succeeded"

    def test_an_empty_webhook_secret_is_no_secret(self):
        for secrets_given in ([], [""], ["  "], ["whsec_good", ""]):
            with pytest.raises(ValueError, match="secret"):
                StripeWebhooks(secrets_given)

    @pytest.mark.usefixtures("approved")
    async def test_a_key_that_the_provider_forgot_is_not_sent_again(self, floor: Floor):
        await floor.goes_wrong("timeout_after")
        await work(floor)
        await later(floor, timedelta(hours=25))
        await work(floor)
        await later(floor, timedelta(minutes=3))
        await settle(floor)
        assert len(await keys_sent()) == 1

    async def test_a_worker_paused_for_a_day_sends_no_forgotten_key(
        self, floor: Floor, approved: UUID
    ):
        await floor.goes_wrong("timeout_after")
        await work(floor)
        before = floor.tools.clock()
        await later(floor, timedelta(hours=26))
        # It read its clock for the payment and for the attempt, and slept before the call.
        readings = iter([before, before])

        def paused() -> datetime:
            return next(readings, None) or floor.tools.clock()

        tools = floor.tools
        await execute_refund(approved, payments=tools.payments, policy=tools.policy, clock=paused)
        assert len(await keys_sent()) == 2
        await settle(floor)
        await later(floor, timedelta(minutes=3))
        await settle(floor)

    @pytest.mark.usefixtures("approved")
    async def test_a_list_that_cannot_be_read_proves_nothing(self, floor: Floor):
        await floor.goes_wrong("timeout_after")
        await work(floor)
        await later(floor, timedelta(hours=30))
        await work(floor)
        await later(floor, timedelta(minutes=3))
        away = {"on": "refunds.list", "mode": "http_503_before"}
        await floor.bank.post("/_test/faults", json=away)
        with pytest.raises(ProviderUnavailable):
            await work(floor)
        assert (await floor.refund())["state"] == "unknown"
        await later(floor, timedelta(minutes=3))
        await settle(floor)

    async def test_money_that_waits_for_our_balance_is_not_paid_otherwise(self, floor: Floor):
        await floor.approved()
        await floor.bank.post("/_test/balance", json={"currency": "usd", "available": 0})
        pending = await settle(floor)
        assert (pending["state"], await mails_about(floor, "refund")) == ("pending", [])
        with pytest.raises(TransitionNotAllowed):
            await retry_refund(pending["id"], actor=SYSTEM, now=floor.tools.clock())

        full = {"currency": "usd", "available": None}
        await floor.bank.post("/_test/balance", json=full)
        await later(floor, timedelta(minutes=5))
        await settle(floor)
        assert (await floor.refund())["state"] == "succeeded"

    async def test_our_reasons_never_reach_the_providers_block_lists(self, floor: Floor):
        await floor.approved()
        await settle(floor)
        [made] = await floor.refunds_at_the_bank()
        assert made["reason"] is None
