"""What a person pays: only once the provider was asked, and never a second time unnoticed."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from returns_engine.gateways.payments.gateway import ProviderUnavailable
from returns_engine.jobs.catalog import JOBS
from returns_engine.rules.actor import SYSTEM, Actor
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.words import ActorKind
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.note_payout_back import note_payout_back
from returns_engine.workflow.pay_otherwise import pay_otherwise
from returns_engine.workflow.record_refund import record_refund
from returns_engine.workflow.refusals import Conflict, NotFound, SamePerson, Unprocessable
from returns_engine.workflow.refuse_refund import refuse_refund
from returns_engine.workflow.retry_refund import retry_refund
from returns_engine.workflow.sweep import sweep_refunds
from tests.floor import Floor

pytestmark = pytest.mark.usefixtures("warehouse")
TASKS = ("execute_refund", "ask_about", "clear_payout")
NOBODY = UUID("00000000-0000-4000-8000-000000000000")


async def work(floor: Floor) -> dict[str, Any]:
    """Play the worker for everything that concerns the refund and waits; return its row."""
    for waiting in await floor.jobs(*TASKS):
        await the_engine().fetch_rows("DELETE FROM procrastinate_jobs WHERE id = $1", waiting["id"])
        await JOBS[waiting["task_name"]].run(floor.tools, **json.loads(waiting["args"]))
    return await floor.refund()


async def sql(statement: str, *values: object) -> Any:
    rows = await the_engine().fetch_rows(statement, *values)
    return rows[0][0] if rows else None


async def told() -> list[str]:
    rows = await the_engine().fetch_rows("SELECT template FROM messages ORDER BY created_at")
    return [row["template"] for row in rows]


async def failed(floor: Floor) -> dict[str, Any]:
    await floor.approved()
    await floor.goes_wrong("declined")
    refund = await work(floor)
    assert refund["state"] == "failed"
    return refund


async def otherwise(floor: Floor, refund: dict[str, Any], **changes: Any) -> None:
    by = {"actor": SYSTEM, "now": floor.tools.clock()} | changes
    await pay_otherwise(refund["id"], reason="Their card is closed; by wire.", **by)


async def record(floor: Floor, refund: dict[str, Any], reference: str = "WIRE-1") -> None:
    await record_refund(
        refund["id"],
        external_reference=reference,
        policy=floor.tools.policy,
        actor=SYSTEM,
        now=floor.tools.clock(),
    )


async def call_off(floor: Floor, refund: dict[str, Any]) -> None:
    why = "You have it already."
    await refuse_refund(refund["id"], reason=why, actor=SYSTEM, now=floor.tools.clock())


async def carried_out_late(floor: Floor, refund: dict[str, Any]) -> str:
    """What was answered with an error is carried out after all: with the mark of its first try."""
    made = await floor.bank.post(
        "/v1/refunds",
        data={
            "payment_intent": await sql("SELECT reference FROM payments"),
            "amount": refund["amount"],
            "metadata[refund_id]": str(refund["id"]),
            "metadata[generation]": "1",
        },
        headers={"Authorization": f"Bearer {floor.settings.stripe_key}"},
    )
    assert made.status_code == 200, made.text
    found: str = made.json()["id"]
    return found


class TestPayingAFailedRefundOtherwise:
    async def test_asks_the_provider_first_and_then_waits_for_its_reference(self, floor: Floor):
        refund = await failed(floor)
        await otherwise(floor, refund)
        asked = await floor.refund()
        assert (asked["state"], asked["manual_reason"]) == ("approved", "paid_otherwise")
        with pytest.raises(Conflict, match="pay nothing until it has answered"):
            await record(floor, refund)

        cleared = await work(floor)
        assert cleared["manual_since"] is not None
        assert (await told())[-1] == "refund_by_hand"
        assert await work(floor) == cleared
        await record(floor, refund)

        paid = await floor.refund()
        assert (paid["state"], paid["external_reference"]) == ("succeeded", "WIRE-1")
        assert await floor.refunds_at_the_bank() == []
        assert await sql("SELECT state FROM returns") == "closed"
        booked = "SELECT sum(credit - debit) FROM ledger_entries WHERE account = 'paid_elsewhere'"
        assert await sql(booked) == paid["amount"]

    async def test_keeps_its_money_reserved_and_is_never_sent_again(self, floor: Floor):
        refund = await failed(floor)
        await otherwise(floor, refund)
        await work(floor)
        later = floor.tools.clock() + timedelta(days=2)

        assert await sweep_refunds(now=later) == 0
        reserved = "SELECT reserved::bigint FROM payment_balances"
        assert await sql(reserved) == refund["amount"]
        with pytest.raises(TransitionNotAllowed):
            await retry_refund(refund["id"], actor=SYSTEM, now=later)

    async def test_is_for_what_failed_alone_and_comes_once(self, floor: Floor):
        waiting = await floor.approved()
        with pytest.raises(TransitionNotAllowed):
            await otherwise(floor, {"id": waiting})
        await floor.goes_wrong("declined")
        refund = await work(floor)
        await otherwise(floor, refund)
        with pytest.raises(TransitionNotAllowed):
            await otherwise(floor, refund)
        with pytest.raises(NotFound):
            await otherwise(floor, {"id": NOBODY})

    async def test_is_not_decided_by_who_inspected(self, floor: Floor):
        refund = await failed(floor)
        await sql("UPDATE inspections SET inspected_by = 7")
        bench = Actor(kind=ActorKind.STAFF, id="7", person=7)
        with pytest.raises(SamePerson):
            await otherwise(floor, refund, actor=bench)

    async def test_waits_while_the_provider_is_away_and_is_asked_about_again(self, floor: Floor):
        refund = await failed(floor)
        await otherwise(floor, refund)
        away = {"on": "refunds.list", "mode": "http_503_before", "times": 1}
        (await floor.bank.post("/_test/faults", json=away)).raise_for_status()
        with pytest.raises(ProviderUnavailable):
            await work(floor)
        assert (await floor.refund())["manual_since"] is None

        assert await sweep_refunds(now=floor.tools.clock() + timedelta(minutes=5)) == 1
        assert (await work(floor))["manual_since"] is not None

    async def test_waits_while_a_dispute_holds_the_money(self, floor: Floor):
        refund = await failed(floor)
        await otherwise(floor, refund)
        reference = await sql("SELECT reference FROM payments")
        whole = {"payment_intent": reference, "amount": await sql("SELECT captured FROM payments")}
        (await floor.bank.post("/_test/disputes", json=whole)).raise_for_status()

        held = await work(floor)

        assert (held["state"], held["manual_since"]) == ("approved", None)
        assert held["blocked_since"] is not None
        assert "refund_by_hand" not in await told()

    async def test_is_called_off_once_the_provider_has_answered(self, floor: Floor):
        refund = await failed(floor)
        await otherwise(floor, refund)
        with pytest.raises(Conflict, match="neither paid nor called off"):
            await call_off(floor, refund)
        await work(floor)
        await call_off(floor, refund)

        assert (await floor.refund())["state"] == "canceled"
        assert await sql("SELECT reserved::bigint FROM payment_balances") == 0
        assert await sql("SELECT state FROM returns") == "closed"

    async def test_is_asked_about_again_where_the_money_came_back(self, floor: Floor):
        refund = await failed(floor)
        await otherwise(floor, refund)
        await work(floor)
        await record(floor, refund)
        await note_payout_back(
            refund["id"],
            reason="The account is closed.",
            policy=floor.tools.policy,
            actor=SYSTEM,
            now=floor.tools.clock(),
        )
        with pytest.raises(Conflict, match="no provider is called"):
            await retry_refund(refund["id"], actor=SYSTEM, now=floor.tools.clock())
        await otherwise(floor, refund)
        assert (await floor.refund())["manual_since"] is None
        assert (await work(floor))["manual_since"] is not None
        await record(floor, refund, "WIRE-2")

        assert (await floor.refund())["state"] == "succeeded"
        assert await floor.refunds_at_the_bank() == []


class TestAnEarlierTryThatWentAfterAll:
    async def test_is_booked_as_made_outside_where_it_was_called_off(self, floor: Floor):
        refund = await failed(floor)
        await otherwise(floor, refund)
        await work(floor)
        await call_off(floor, refund)
        went = await carried_out_late(floor, refund)
        await JOBS["ask_about"].run(floor.tools, refund_id=str(refund["id"]))

        assert (await floor.refund())["state"] == "canceled"
        assert await sql("SELECT provider_refund_id FROM outside_refunds") == went

    async def test_is_the_refund_where_nobody_may_have_paid_yet(self, floor: Floor):
        refund = await failed(floor)
        await otherwise(floor, refund)
        went = await carried_out_late(floor, refund)

        found = await work(floor)

        assert (found["state"], found["provider_refund_id"]) == ("succeeded", went)
        assert found["manual_reason"] is None
        assert "refund.went_after_all" in await events()
        with pytest.raises(Unprocessable, match="nothing to record"):
            await record(floor, refund)

    async def test_is_said_loudly_where_somebody_may_have_paid_by_hand(self, floor: Floor):
        refund = await failed(floor)
        await otherwise(floor, refund)
        await work(floor)
        await carried_out_late(floor, refund)
        await JOBS["ask_about"].run(floor.tools, refund_id=str(refund["id"]))

        assert (await floor.refund())["state"] == "succeeded"
        said = "SELECT data FROM events WHERE type = 'refund.went_after_all'"
        assert json.loads(await sql(said))["to_pay_by_hand_since"].endswith("Z")

    async def test_is_booked_as_paid_again_where_it_was_paid_by_hand(self, floor: Floor):
        refund = await failed(floor)
        await otherwise(floor, refund)
        await work(floor)
        await record(floor, refund)
        went = await carried_out_late(floor, refund)
        await JOBS["ask_about"].run(floor.tools, refund_id=str(refund["id"]))

        kept = await floor.refund()
        assert (kept["state"], kept["external_reference"]) == ("succeeded", "WIRE-1")
        (outside,) = await the_engine().fetch_rows("SELECT * FROM outside_refunds")
        assert (outside["provider_refund_id"], outside["cause"]) == (went, "paid_again")
        balance = "SELECT captured - balance FROM payment_balances"
        assert await sql(balance) == 2 * refund["amount"]


class TestWhatItsProviderTakesBackNoMore:
    async def test_is_left_to_a_person_also_where_the_day_passed_before_sending(self, floor: Floor):
        await floor.approved()
        await sql("UPDATE payments SET refundable_until = now() - interval '1 second'")

        late = await work(floor)
        assert (late["state"], late["manual_reason"]) == ("approved", "refundable_until_passed")
        assert (await work(floor))["manual_since"] is not None
        await record(floor, late)

        assert (await floor.refund())["state"] == "succeeded"
        assert await floor.refunds_at_the_bank() == []
        assert await sql("SELECT count(*) FROM refund_attempts") == 0
        assert (await told())[-2:] == ["refund_by_hand", "refund_sent"]

    async def test_is_not_paid_by_hand_either_while_the_payment_is_not_what_our_books_say(
        self, floor: Floor
    ):
        await floor.approved()
        await sql("UPDATE payments SET refundable_until = now(), captured = captured + 1")
        await work(floor)

        held = await work(floor)

        assert held["manual_since"] is None
        assert await sql("SELECT mismatch FROM payments") == "amount"

    async def test_is_not_tried_again_but_paid_otherwise(self, floor: Floor):
        refund = await failed(floor)
        await sql("UPDATE payments SET refundable_until = now()")
        later = floor.tools.clock() + timedelta(seconds=1)
        with pytest.raises(Conflict, match="pay the refund otherwise"):
            await retry_refund(refund["id"], actor=SYSTEM, now=later)
        await otherwise(floor, refund)

        assert (await work(floor))["manual_since"] is not None


async def events() -> list[str]:
    return [row["type"] for row in await the_engine().fetch_rows("SELECT type FROM events")]
