"""A payment that the provider refuses to show: what was never sent is called off, no more."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from returns_engine.gateways.payments.stripe_client import StripeGateway
from returns_engine.jobs.catalog import JOBS
from returns_engine.queries.audit import verify_chains
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.pay_otherwise import pay_otherwise
from returns_engine.workflow.refusals import Conflict
from returns_engine.workflow.refuse_refund import refuse_refund
from returns_engine.workflow.sweep import sweep_refunds
from tests.floor import Floor
from tests.jobs.provider import FINANCE, reference, sql

pytestmark = pytest.mark.usefixtures("warehouse")
CAPTURED = "SELECT captured FROM payments"
TASKS = ("execute_refund", "ask_about", "clear_payout")


@pytest.fixture
async def powerless(floor: Floor) -> AsyncIterator[Floor]:
    """The same floor with a key that the provider shows nothing to."""
    settings = floor.settings
    async with StripeGateway(
        api_key="rk_without_rights", address=settings.stripe_address, timeout=30
    ) as payments:
        yield replace(floor, tools=replace(floor.tools, payments=payments))


async def work(floor: Floor) -> dict[str, Any]:
    """Play the worker for everything about the refund that waits; return its row."""
    for waiting in await floor.jobs(*TASKS):
        await the_engine().fetch_rows("DELETE FROM procrastinate_jobs WHERE id = $1", waiting["id"])
        await JOBS[waiting["task_name"]].run(floor.tools, **json.loads(waiting["args"]))
    return await floor.refund()


async def call_off(floor: Floor) -> None:
    refund_id = (await floor.refund())["id"]
    now = floor.tools.clock()
    await refuse_refund(refund_id, reason="A cheque comes instead.", actor=FINANCE, now=now)


async def too_late(floor: Floor) -> None:
    """Leave a refund to a person, of which nothing was ever sent."""
    await floor.approved()
    await sql("UPDATE payments SET refundable_until = now() - interval '1 second'")
    assert (await work(floor))["manual_reason"] == "refundable_until_passed"


async def sent_and_failed(floor: Floor) -> None:
    """Leave a refund to a person, that was sent once."""
    await floor.approved()
    await floor.goes_wrong("declined")
    refund = await work(floor)
    now = floor.tools.clock()
    await pay_otherwise(refund["id"], reason="By wire.", actor=FINANCE, now=now)


class TestARefundThatWasNeverSent:
    async def test_waits_and_can_be_called_off(self, floor: Floor, powerless: Floor):
        await too_late(floor)
        with capture_logs() as said:
            held = await work(powerless)
        assert (held["state"], held["manual_since"]) == ("approved", None)
        assert "payment_not_readable" in [line["event"] for line in said]
        await call_off(floor)

        assert (await floor.refund())["state"] == "canceled"
        assert await sql("SELECT reserved::bigint FROM payment_balances") == 0
        assert await sweep_refunds(now=floor.tools.clock() + timedelta(days=2)) == 0
        assert await floor.refunds_at_the_bank() == []
        assert (await verify_chains()).ok

    async def test_can_be_called_off_before_anybody_asked(self, floor: Floor):
        await too_late(floor)
        await call_off(floor)
        await work(floor)

        assert (await floor.refund())["state"] == "canceled"
        assert "refund_by_hand" not in await letters()

    async def test_can_be_called_off_where_it_was_to_be_sent(self, floor: Floor, powerless: Floor):
        await floor.approved()
        blocked = await work(powerless)
        assert (blocked["state"], blocked["last_error"]) == ("approved", "payment_not_read")
        await call_off(floor)
        await work(floor)

        assert (await floor.refund())["state"] == "canceled"
        assert await sql("SELECT count(*) FROM refund_attempts") == 0
        assert await floor.refunds_at_the_bank() == []


class TestARefundThatWasSent:
    async def test_is_cleared_by_asking_alone(self, floor: Floor, powerless: Floor):
        await sent_and_failed(floor)
        held = await work(powerless)
        assert (held["manual_since"], held["blocked_since"]) == (None, None)
        with pytest.raises(Conflict, match="neither paid nor called off") as refused:
            await call_off(floor)
        assert refused.value.code == "provider_not_asked"
        assert (await floor.refund())["state"] == "approved"
        assert await sweep_refunds(now=floor.tools.clock() + timedelta(minutes=5)) == 1

        assert (await work(floor))["manual_since"] is not None

    async def test_is_not_called_off_for_a_dispute_before_the_provider_answered(
        self, floor: Floor, powerless: Floor
    ):
        """A try may have gone through beside it: the customer would have the money from both."""
        await sent_and_failed(floor)
        whole = {"payment_intent": await reference(), "amount": await sql(CAPTURED)}
        (await floor.bank.post("/_test/disputes", json=whole)).raise_for_status()
        await sql("UPDATE payments SET disputed = captured")
        await work(powerless)
        with pytest.raises(Conflict, match="neither paid nor called off"):
            await call_off(floor)
        await sweep_refunds(now=floor.tools.clock() + timedelta(minutes=5))
        assert (await work(floor))["blocked_since"] is not None
        await call_off(floor)

        assert (await floor.refund())["state"] == "canceled"


async def letters() -> list[str]:
    found = await the_engine().fetch_rows("SELECT template FROM messages")
    return [row["template"] for row in found]
