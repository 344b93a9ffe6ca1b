"""The customer's bank takes the money: nothing is paid beside it, and it goes on when it is won."""

from datetime import timedelta
from typing import Any

import pytest

from returns_engine.workflow.approve_refund import approve_refund
from returns_engine.workflow.pay_otherwise import pay_otherwise
from returns_engine.workflow.record_refund import record_refund
from returns_engine.workflow.refusals import Conflict, Unprocessable
from returns_engine.workflow.refuse_refund import refuse_refund
from returns_engine.workflow.sweep import sweep_refunds
from tests.floor import Floor
from tests.jobs.provider import (
    FINANCE,
    ask,
    control,
    hint,
    later,
    mails,
    reference,
    retry,
    run,
    send,
    sql,
)

pytestmark = pytest.mark.usefixtures("warehouse")


async def dispute(floor: Floor, amount: int | None = None, **more: Any) -> str:
    body = {"payment_intent": await reference(), "amount": amount} | more
    opened: str = (await control(floor, "disputes", **body))["id"]
    return opened


class TestADisputeBetweenApprovalAndSending:
    async def test_is_seen_though_no_event_came_and_stops_the_money(self, floor: Floor):
        await floor.approved()
        await dispute(floor)
        refund = await send(floor)

        assert (refund["state"], refund["last_error"]) == ("approved", "disputed")
        assert await floor.refunds_at_the_bank() == []
        assert await sql("SELECT count(*) FROM refund_attempts") == 0
        assert await sql("SELECT disputed = captured FROM payments")
        assert await sql("SELECT count(*) FROM events WHERE type = 'payment.disputed'") == 1
        assert await sql(
            "SELECT sum(debit - credit)::int FROM ledger_entries WHERE account = 'disputed'"
        ) == await sql("SELECT captured FROM payments")

    async def test_that_is_won_lets_it_go_on_by_itself(self, floor: Floor):
        await floor.approved()
        opened = await dispute(floor)
        await send(floor)
        await control(floor, "disputes/update", dispute=opened, status="won")
        await hint("charge.dispute.closed", opened, await reference())
        await send(floor)
        refund = await send(floor)

        assert (refund["state"], refund["last_error"]) == ("succeeded", None)
        assert len(await floor.refunds_at_the_bank()) == 1

    async def test_that_is_lost_keeps_it_from_ever_being_sent(self, floor: Floor):
        await floor.approved()
        opened = await dispute(floor)
        await send(floor)
        await control(floor, "disputes/update", dispute=opened, status="lost")
        await hint("charge.dispute.closed", opened, await reference())
        await send(floor)
        await sweep_refunds(now=floor.tools.clock() + timedelta(hours=7))

        assert (await send(floor))["state"] == "approved"
        assert await floor.refunds_at_the_bank() == []
        lost = "SELECT sum(debit - credit)::int FROM ledger_entries WHERE account = 'charged_back'"
        assert await sql(lost) == await sql("SELECT captured FROM payments")

    async def test_that_only_asks_takes_nothing(self, floor: Floor):
        await floor.approved()
        await dispute(floor, status="warning_needs_response")

        assert (await send(floor))["state"] == "succeeded"


class TestADisputeWhileARefundIsOnItsWay:
    async def test_fails_it_and_is_not_paid_again_while_it_is_open(self, floor: Floor):
        await floor.approved()
        await floor.goes_wrong("pending")
        pending = await send(floor)
        assert pending["state"] == "pending"
        # What is left of the payment would do for a second try; it is not made all the same.
        opened = await dispute(floor, amount=1)
        await control(
            floor,
            "refunds/fail",
            refund=pending["provider_refund_id"],
            failure_reason="charge_for_pending_refund_disputed",
        )
        await hint("charge.dispute.created", opened, await reference())
        await hint("refund.failed", pending["provider_refund_id"])
        failed = await send(floor)
        assert failed["last_error"] == "charge_for_pending_refund_disputed"
        with pytest.raises(Conflict) as refused:
            await retry(floor)
        assert refused.value.code == "payment_disputed"

        await control(floor, "disputes/update", dispute=opened, status="won")
        await hint("charge.dispute.closed", opened, await reference())
        await send(floor)
        await retry(floor)
        assert (await send(floor))["state"] == "succeeded"

    async def test_that_nobody_told_of_stops_the_retry_before_it_is_sent(self, floor: Floor):
        await floor.approved()
        await floor.goes_wrong("declined")
        assert (await send(floor))["state"] == "failed"
        await dispute(floor)
        await retry(floor)
        failed = await send(floor)

        assert (failed["state"], failed["last_error"]) == ("failed", "disputed")
        assert failed["generation"] == 2
        assert failed["first_sent_at"] is None
        assert await floor.refunds_at_the_bank() == []

    async def test_after_a_lost_answer_makes_us_ask_instead_of_sending_again(self, floor: Floor):
        await floor.approved()
        await floor.goes_wrong("timeout_before")
        assert (await send(floor))["state"] == "unknown"
        await dispute(floor)
        assert (await send(floor))["state"] == "unknown"

        assert [job["task_name"] for job in await floor.jobs("execute_refund", "ask_about")] == [
            "ask_about"
        ]
        assert await sql("SELECT count(*) FROM refund_attempts") == 1
        assert await floor.refunds_at_the_bank() == []


class TestADisputeOfAllOfAPayment:
    async def test_is_named_where_it_keeps_a_proposal_from_being_approved(self, floor: Floor):
        proposed = await floor.accepted()
        await heard(floor, await sql("SELECT captured FROM payments"))
        with pytest.raises(Unprocessable) as refused:
            await approve_refund(
                proposed["id"],
                amount=proposed["proposed"],
                note=None,
                clause=None,
                external_reference=None,
                policy=floor.tools.policy,
                actor=FINANCE,
                now=floor.tools.clock(),
            )

        assert refused.value.code == "exceeds_refundable"
        assert "bank disputes it" in str(refused.value)


class TestADisputeThatLeavesEnoughOfThePayment:
    """Two covers were bought and one came back; the bank may be asked for the same one."""

    async def test_stops_every_way_of_paying_it_until_it_is_won(self, floor: Floor):
        refund = await declined(floor)
        opened = await heard(floor, refund["amount"])
        for pay in (retry, otherwise):
            with pytest.raises(Conflict) as refused:
                await pay(floor)
            assert refused.value.code == "payment_disputed"

        await ended(floor, opened, "won")
        await retry(floor)
        assert (await send(floor))["state"] == "succeeded"
        assert len(await floor.refunds_at_the_bank()) == 1

    async def test_is_found_before_a_person_is_asked_to_pay(self, floor: Floor):
        refund = await declined(floor)
        await otherwise(floor)
        opened = await dispute(floor, refund["amount"])
        held = await run(floor, "clear_payout")
        assert (held["manual_since"], held["state"]) == (None, "approved")
        assert held["blocked_since"] is not None
        assert await mails("refund_by_hand") == 0

        await ended(floor, opened, "won")
        await send(floor)
        await later(floor, days=1)
        await sweep_refunds(now=floor.tools.clock())
        assert (await run(floor, "clear_payout"))["manual_since"] is not None

    async def test_keeps_a_person_from_recording_what_the_bank_may_give_back(self, floor: Floor):
        refund = await declined(floor)
        await otherwise(floor)
        await run(floor, "clear_payout")
        opened = await heard(floor, refund["amount"])
        with pytest.raises(Conflict) as refused:
            await recorded(floor)
        assert refused.value.code == "payment_disputed"

        await ended(floor, opened, "lost")
        by = {"actor": FINANCE, "now": floor.tools.clock()}
        await refuse_refund(refund["id"], reason="Your bank gave it back.", **by)
        assert (await floor.refund())["state"] == "canceled"
        assert await floor.refunds_at_the_bank() == []

    async def test_is_over_once_it_is_lost_and_was_about_something_else(self, floor: Floor):
        refund = await declined(floor)
        opened = await heard(floor, refund["amount"])
        await ended(floor, opened, "lost")
        assert await sql("SELECT disputed_lost FROM payments") == refund["amount"]
        await otherwise(floor)
        await run(floor, "clear_payout")
        await recorded(floor)

        assert (await floor.refund())["state"] == "succeeded"

    async def test_counts_as_gone_back_once_it_is_lost(self, floor: Floor):
        await declined(floor)
        opened = await heard(floor, await sql("SELECT captured FROM payments"))
        await ended(floor, opened, "lost")
        with pytest.raises(Unprocessable) as refused:
            await otherwise(floor)

        assert refused.value.code == "exceeds_refundable"


async def declined(floor: Floor) -> dict[str, Any]:
    await floor.approved()
    await floor.goes_wrong("declined")
    refund = await send(floor)
    assert refund["state"] == "failed"
    return refund


async def heard(floor: Floor, amount: int) -> str:
    """A dispute that the bank has told of."""
    opened = await dispute(floor, amount)
    await hint("charge.dispute.created", opened, await reference())
    await send(floor)
    return opened


async def ended(floor: Floor, opened: str, status: str) -> None:
    await control(floor, "disputes/update", dispute=opened, status=status)
    await hint("charge.dispute.closed", opened, await reference())
    await send(floor)


async def otherwise(floor: Floor) -> None:
    by = {"actor": FINANCE, "now": floor.tools.clock()}
    await pay_otherwise((await floor.refund())["id"], reason="Their card is closed.", **by)


async def recorded(floor: Floor) -> None:
    by = {"actor": FINANCE, "now": floor.tools.clock(), "policy": floor.tools.policy}
    await record_refund((await floor.refund())["id"], external_reference="WIRE-1", **by)


class TestARefundThatComesBack:
    async def test_tells_the_customer_the_truth_and_opens_the_return(self, floor: Floor):
        await floor.approved()
        paid = await send(floor)
        assert await sql("SELECT state FROM returns") == "closed"
        await control(
            floor,
            "refunds/fail",
            refund=paid["provider_refund_id"],
            failure_reason="lost_or_stolen_card",
        )
        # Until the bank was asked the money stays spoken for.
        assert await sql("SELECT reserved FROM payment_balances") == paid["amount"]
        await hint("refund.failed", paid["provider_refund_id"])
        failed = await send(floor)

        assert (failed["state"], failed["succeeded_at"]) == ("failed", None)
        assert await sql("SELECT reserved FROM payment_balances") == 0
        assert await sql("SELECT state FROM returns") == "settling"
        assert await sql("SELECT refunded FROM return_lines") == 0
        assert await mails("refund_came_back") == 1
        await hint("refund.updated", paid["provider_refund_id"])
        await send(floor)
        assert await mails("refund_came_back") == 1
        await retry(floor)
        assert (await send(floor))["state"] == "succeeded"
        assert await mails("refund_sent") == 2

    async def test_because_of_a_dispute_is_not_promised_to_the_customer_again(self, floor: Floor):
        await floor.approved()
        paid = await send(floor)
        reason = "charge_for_pending_refund_disputed"
        refund_id = paid["provider_refund_id"]
        await control(floor, "refunds/fail", refund=refund_id, failure_reason=reason)
        await hint("refund.failed", refund_id)
        await send(floor)

        told = "SELECT context::jsonb->'disputed' FROM messages WHERE template = $1"
        assert await sql(told, "refund_came_back") == "true"

    async def test_for_want_of_bank_details_asks_the_customer_each_time(self, floor: Floor):
        await floor.approved()
        paid = await send(floor)
        refund_id = paid["provider_refund_id"]
        for number, (step, state) in enumerate(
            [
                ("requires-action", "requires_action"),
                ("pending", "pending"),
                ("requires-action", "requires_action"),
            ]
        ):
            await control(floor, f"refunds/{step}", refund=refund_id)
            await hint("refund.updated", refund_id)
            assert (await send(floor))["state"] == state
            assert await mails("refund_needs_customer") == number // 2 + 1
        assert await mails("refund_came_back") == 0

    async def test_canceled_at_the_bank_is_still_owed(self, floor: Floor):
        await floor.approved()
        paid = await send(floor)
        refund_id = paid["provider_refund_id"]
        await control(floor, "refunds/requires-action", refund=refund_id)
        await ask(floor)
        await hint("refund.updated", refund_id)
        await send(floor)
        await control(floor, "refunds/cancel", refund=refund_id)
        await hint("refund.updated", refund_id)
        refund = await send(floor)

        assert (refund["state"], refund["provider_status"]) == ("failed", "canceled")
        assert await sql("SELECT state FROM returns") == "settling"
