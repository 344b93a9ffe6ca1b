"""A dispute opens after a refund was approved: it is kept, and goes on as the dispute ends."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.workflow.hold_refund import hold_refund, release_refund
from returns_engine.workflow.pay_otherwise import pay_otherwise
from returns_engine.workflow.refusals import Conflict, Unprocessable
from returns_engine.workflow.refuse_refund import refuse_refund
from returns_engine.workflow.sweep import sweep_refunds
from tests.floor import Floor
from tests.jobs.provider import FINANCE, control, hint, reference, retry, run, send, sql

pytestmark = pytest.mark.usefixtures("warehouse")


class TestAnApprovedRefundOfWhatIsDisputedInPart:
    """Enough is left of the payment, and it is kept all the same: it may be the same item."""

    async def test_is_kept_and_says_why(self, floor: Floor):
        await floor.approved()
        await disputed(floor)
        refund = await send(floor)

        assert (refund["state"], refund["last_error"]) == ("approved", "disputed")
        assert refund["blocked_since"] is not None
        assert await sql("SELECT count(*) FROM refund_attempts") == 0
        assert await blocks() == ["disputed"]
        # Its money stays spoken for.
        assert await sql("SELECT reserved FROM payment_balances") == refund["amount"]
        await send(floor)
        assert await blocks() == ["disputed"]

    @pytest.mark.parametrize("end", ["won", "prevented"])
    async def test_goes_by_itself_and_once_when_it_is_over_without_loss(
        self, floor: Floor, end: str
    ):
        await floor.approved()
        opened = await disputed(floor)
        await send(floor)
        await ended(floor, opened, end)
        # The webhook comes twice, and the sweep looks too.
        await hint("charge.dispute.closed", opened, await reference())
        await sweep_refunds(now=floor.tools.clock() + timedelta(hours=7))
        await send(floor)
        refund = await send(floor)

        assert refund["state"] == "succeeded"
        assert len(await floor.refunds_at_the_bank()) == 1
        assert await sql("SELECT count(*) FROM refund_attempts") == 1

    async def test_is_never_sent_by_itself_once_it_is_lost(self, floor: Floor):
        refund = await kept_since_lost(floor)
        await sweep_refunds(now=floor.tools.clock() + timedelta(hours=7))
        refund = await send(floor)

        assert (refund["state"], refund["last_error"]) == ("approved", "dispute_lost")
        assert await blocks() == ["disputed", "dispute_lost"]
        assert await floor.refunds_at_the_bank() == []

    async def test_is_sent_after_all_where_a_person_says_so(self, floor: Floor):
        refund = await kept_since_lost(floor)
        await released(floor, refund["id"])
        told = "SELECT reason FROM events WHERE type = 'refund.released'"
        assert await sql(told) == "dispute_lost"
        refund = await send(floor)

        # This bank refunds no payment of which it took anything: then a person pays it.
        assert (refund["state"], refund["last_error"]) == ("failed", "charge_disputed")
        by = {"actor": FINANCE, "now": floor.tools.clock()}
        await pay_otherwise(refund["id"], reason="It was about the other cover.", **by)
        assert (await run(floor, "clear_payout"))["manual_since"] is not None
        assert await floor.refunds_at_the_bank() == []

    async def test_is_not_sent_where_a_person_pays_it_by_now(self, floor: Floor):
        refund = await kept_since_lost(floor)
        await sql("UPDATE refunds SET manual_reason = 'refundable_until_passed'")
        with pytest.raises(TransitionNotAllowed):
            await released(floor, refund["id"])

    async def test_is_called_off_where_the_bank_gave_back_the_same(self, floor: Floor):
        refund = await kept_since_lost(floor)
        by = {"actor": FINANCE, "now": floor.tools.clock()}
        await refuse_refund(refund["id"], reason="Your bank gave it back.", **by)
        await send(floor)

        assert (await floor.refund())["state"] == "canceled"
        assert await floor.refunds_at_the_bank() == []
        assert await sql("SELECT reserved FROM payment_balances") == 0

    async def test_waits_again_for_a_second_dispute_that_is_lost(self, floor: Floor):
        refund = await kept_since_lost(floor)
        await released(floor, refund["id"])
        await disputed(floor, amount=2)
        kept = await send(floor)

        assert (kept["state"], kept["last_error"]) == ("approved", "disputed")
        with pytest.raises(TransitionNotAllowed):
            await released(floor, refund["id"])

    async def test_is_kept_too_where_all_of_it_went_between_two_looks(self, floor: Floor):
        await floor.approved()
        opened = await disputed(floor)
        await control(floor, "disputes/update", dispute=opened, status="lost")
        refund = await send(floor)

        assert (refund["state"], refund["last_error"]) == ("approved", "dispute_lost")
        assert await floor.refunds_at_the_bank() == []

    async def test_is_not_sent_where_the_payment_has_not_enough_left(self, floor: Floor):
        await floor.approved()
        opened = await disputed(floor, amount=None)
        await send(floor)
        await ended(floor, opened, "lost")
        refund = await send(floor)
        assert refund["last_error"] == "dispute_lost"
        with pytest.raises(Unprocessable) as refused:
            await released(floor, refund["id"])

        assert refused.value.code == "exceeds_refundable"


class TestARetryOfWhatIsDisputedInPart:
    async def test_fails_again_before_it_is_sent(self, floor: Floor):
        await floor.approved()
        await floor.goes_wrong("declined")
        assert (await send(floor))["state"] == "failed"
        await disputed(floor)
        await retry(floor)
        failed = await send(floor)

        assert (failed["state"], failed["last_error"]) == ("failed", "disputed")
        assert await floor.refunds_at_the_bank() == []


class TestAProposalThatIsHeldUntilTheDisputeIsOver:
    @pytest.mark.parametrize("end", ["won", "lost"])
    async def test_goes_back_to_who_approves_when_it_is_over(self, floor: Floor, end: str):
        opened = await held(floor)
        await ended(floor, opened, end)
        refund = await run(floor, "release_hold")

        assert (refund["state"], refund["held_at"]) == ("proposed", None)
        told = "SELECT reason FROM events WHERE type = 'refund.released'"
        assert await sql(told) == "dispute_over"
        # Told twice, it is released once.
        await hint("charge.dispute.closed", opened, await reference())
        await send(floor)
        assert await floor.jobs("release_hold") == []

    async def test_stays_held_while_another_dispute_is_open(self, floor: Floor):
        opened = await held(floor)
        await disputed(floor, amount=2)
        await ended(floor, opened, "won")

        assert (await run(floor, "release_hold"))["held_at"] is not None

    async def test_stays_held_where_a_colleague_held_it_for_something_else(self, floor: Floor):
        opened = await held(floor, until_dispute_ends=False)
        await ended(floor, opened, "won")

        assert await floor.jobs("release_hold") == []
        assert (await floor.refund())["held_at"] is not None

    async def test_is_not_held_for_a_dispute_that_is_over(self, floor: Floor):
        await floor.accepted()
        with pytest.raises(Conflict) as refused:
            await hold(floor, until_dispute_ends=True)

        assert refused.value.code == "not_disputed"


async def kept_since_lost(floor: Floor) -> dict[str, Any]:
    await floor.approved()
    opened = await disputed(floor)
    await send(floor)
    await ended(floor, opened, "lost")
    return await send(floor)


async def held(floor: Floor, *, until_dispute_ends: bool = True) -> str:
    await floor.accepted()
    opened = await disputed(floor)
    await hint("charge.dispute.created", opened, await reference())
    await send(floor)
    await hold(floor, until_dispute_ends=until_dispute_ends)
    return opened


async def hold(floor: Floor, *, until_dispute_ends: bool) -> None:
    by = {"actor": FINANCE, "now": floor.tools.clock(), "reason": "Wait for the bank."}
    refund_id = (await floor.refund())["id"]
    await hold_refund(refund_id, until_dispute_ends=until_dispute_ends, **by)


async def released(floor: Floor, refund_id: UUID) -> None:
    await release_refund(refund_id, actor=FINANCE, now=floor.tools.clock())


async def disputed(floor: Floor, amount: int | None = 1) -> str:
    body = {"payment_intent": await reference(), "amount": amount}
    opened: str = (await control(floor, "disputes", **body))["id"]
    return opened


async def ended(floor: Floor, opened: str, status: str) -> None:
    await control(floor, "disputes/update", dispute=opened, status=status)
    await hint("charge.dispute.closed", opened, await reference())
    await send(floor)


async def blocks() -> list[str]:
    found: list[str] = await sql(
        "SELECT array_agg(reason ORDER BY id) FROM events WHERE type = 'refund.blocked'"
    )
    return found
