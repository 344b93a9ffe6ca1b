"""Money that went back without a refund of ours: booked, counted as spent, and followed."""

from typing import Any
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from returns_engine.gateways.payments.gateway import ProviderRefund, ProviderRefundStatus
from returns_engine.queries.refunds import read_refund
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.refusals import Conflict
from returns_engine.workflow.take_in_refund import take_in_refund
from tests.floor import Floor
from tests.jobs.provider import at_the_counter, control, hint, reference, retry, send, sql

pytestmark = pytest.mark.usefixtures("warehouse")


async def by_hand(floor: Floor, amount: int) -> str:
    """A refund that somebody makes in the bank's dashboard."""
    made = await control(
        floor, "refunds/dashboard", payment_intent=await reference(), amount=amount
    )
    refund_id: str = made["id"]
    return refund_id


async def outside() -> list[dict[str, Any]]:
    rows = await the_engine().fetch_rows("SELECT * FROM outside_refunds ORDER BY id")
    return [dict(row) for row in rows]


async def a_refund_told(floor: Floor, *, amount: int = 1, **mark: str) -> ProviderRefund:
    """A refund as the bank tells of it."""
    return ProviderRefund(
        id="re_told",
        status=ProviderRefundStatus.SUCCEEDED,
        amount=amount,
        currency="USD",
        metadata=mark,
        failure_reason=None,
        payment_reference=await reference(),
        created_at=floor.tools.clock(),
    )


class TestARefundMadeInTheDashboard:
    @pytest.mark.parametrize("kind", ["refund.created", "charge.refunded"])
    async def test_is_booked_whichever_event_tells_of_it(self, floor: Floor, kind: str):
        await floor.approved()
        made = await by_hand(floor, 500)
        await hint(kind, made, await reference())
        await send(floor)

        (booked,) = await outside()
        assert (booked["provider_refund_id"], booked["amount"]) == (made, 500)
        assert (booked["status"], booked["cause"]) == ("succeeded", "dashboard")
        assert await sql("SELECT difference FROM payments") == 0
        events = await sql("SELECT count(*) FROM events WHERE type = 'payment.refunded_outside'")
        assert events == 1

    async def test_is_found_before_a_refund_is_sent_though_no_event_came(self, floor: Floor):
        await floor.approved()
        refund, captured = await floor.refund(), await sql("SELECT captured FROM payments")
        made = await by_hand(floor, captured - refund["amount"] + 1)
        waiting = await send(floor)

        assert [one["provider_refund_id"] for one in await outside()] == [made]
        assert (waiting["state"], waiting["last_error"]) == ("approved", "payment_overdrawn")
        assert len(await floor.refunds_at_the_bank()) == 1

    async def test_is_booked_whatever_somebody_wrote_into_it(self, floor: Floor):
        await floor.approved()
        told = await a_refund_told(floor, refund_id="no id\0")
        await take_in_refund(told, reading=1, policy=floor.tools.policy, now=floor.tools.clock())

        assert [(one["provider_refund_id"], one["cause"]) for one in await outside()] == [
            ("re_told", "dashboard")
        ]

    async def test_calls_for_a_person_where_it_took_what_one_called_failed_took_as_well(
        self, floor: Floor
    ):
        await floor.approved()
        await floor.goes_wrong("declined")
        failed = await send(floor)
        await hint(
            "refund.created", await by_hand(floor, await sql("SELECT captured FROM payments"))
        )
        await send(floor)
        told = await a_refund_told(floor, amount=failed["amount"], refund_id=str(failed["id"]))
        with capture_logs() as said:
            await take_in_refund(
                told, reading=10**6, policy=floor.tools.policy, now=floor.tools.clock()
            )

        assert (await floor.refund())["state"] == "succeeded"
        assert await sql("SELECT balance FROM payment_balances") == -failed["amount"]
        (alert,) = [line for line in said if line["event"] == "payment_overdrawn"]
        assert (alert["balance"], alert["log_level"]) == (-failed["amount"], "error")

    async def test_lowers_what_can_be_approved(self, floor: Floor):
        refund_id = await floor.approved()
        await by_hand(floor, 1000)
        await hint("charge.refunded", "ch_1", await reference())
        await send(floor)

        shown = await read_refund(refund_id)
        captured = await sql("SELECT captured FROM payments")
        assert shown is not None
        assert shown["maximum"] == min(shown["proposed"], captured - 1000)
        assert await sql("SELECT outside FROM payment_balances") == 1000

    async def test_frees_the_money_when_it_fails_and_lets_the_waiting_go_on(self, floor: Floor):
        await floor.approved()
        captured = await sql("SELECT captured FROM payments")
        made = await by_hand(floor, captured)
        assert (await send(floor))["last_error"] == "payment_overdrawn"
        await control(floor, "refunds/fail", refund=made)
        await hint("refund.failed", made)
        await send(floor)

        assert (await outside())[0]["status"] == "failed"
        assert await floor.jobs("execute_refund")
        assert (await send(floor))["state"] == "succeeded"
        assert await sql("SELECT difference FROM payments") == 0

    async def test_of_a_payment_that_is_not_ours_is_left_alone(self, floor: Floor):
        await floor.approved()
        other = await at_the_counter(
            floor,
            "payment_intents",
            amount=700,
            currency="usd",
            payment_method="pm_card_visa",
            confirm="true",
        )
        made = await at_the_counter(floor, "refunds", payment_intent=other["id"])
        await hint("refund.created", made["id"], other["id"])
        await hint("charge.refunded", other["latest_charge"], other["id"])
        await send(floor)

        assert await outside() == []


class TestACopiedMark:
    async def test_of_another_amount_is_booked_as_money_gone(self, floor: Floor):
        await floor.approved()
        refund = await send(floor)
        made = await at_the_counter(
            floor,
            "refunds",
            payment_intent=await reference(),
            amount=1,
            **{"metadata[refund_id]": str(refund["id"]), "metadata[generation]": "1"},
        )
        await hint("refund.created", made["id"])
        await send(floor)

        (booked,) = await outside()
        assert (booked["amount"], booked["cause"]) == (1, "mark_disagrees")
        assert booked["marked"] == refund["id"]
        assert (await floor.refund())["provider_refund_id"] == refund["provider_refund_id"]
        assert await sql("SELECT difference FROM payments") == 0

    async def test_of_a_refund_that_was_paid_is_paid_again_and_calls_for_a_person(
        self, floor: Floor
    ):
        await floor.approved()
        refund = await send(floor)
        made = await at_the_counter(
            floor,
            "refunds",
            payment_intent=await reference(),
            amount=refund["amount"],
            **{"metadata[refund_id]": str(refund["id"]), "metadata[generation]": "2"},
        )
        await hint("refund.created", made["id"])
        await send(floor)

        assert [one["cause"] for one in await outside()] == ["paid_again"]
        assert (await floor.refund())["version"] == refund["version"]

    async def test_of_nobody_is_one_without_a_refund_of_ours(self, floor: Floor):
        await floor.approved()
        made = await at_the_counter(
            floor,
            "refunds",
            payment_intent=await reference(),
            amount=1,
            **{"metadata[refund_id]": str(uuid4())},
        )
        await hint("refund.created", made["id"])
        await send(floor)

        assert [one["cause"] for one in await outside()] == ["dashboard"]


class TestAPaymentBelowZero:
    async def test_blocks_every_way_out_and_keeps_every_fact(self, floor: Floor):
        await floor.approved()
        refund = await send(floor)
        await by_hand(floor, 100)
        captured = await sql("SELECT captured FROM payments")
        await control(floor, "disputes", payment_intent=await reference(), amount=captured)
        await control(floor, "refunds/fail", refund=refund["provider_refund_id"])
        for kind, about in (
            ("charge.dispute.created", "du_1"),
            ("refund.failed", refund["provider_refund_id"]),
        ):
            await hint(kind, about, await reference())
        failed = await send(floor)

        assert failed["state"] == "failed"
        assert await sql("SELECT balance FROM payment_balances") == -100
        with pytest.raises(Conflict) as refused:
            await retry(floor)
        assert refused.value.code == "payment_overdrawn"
