"""What a person pays: called off before, asked about twice, and owed again where it came back."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from returns_engine.queries.timeline import read_events
from returns_engine.rules.actor import SYSTEM, Actor
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.refund_states import RefundEvent, next_refund
from returns_engine.tables.engine import the_engine, transaction
from returns_engine.web.api.for_customers import events_for_customer
from returns_engine.workflow.issue_credit_note import issue_credit_note
from returns_engine.workflow.note_payout_back import note_payout_back
from returns_engine.workflow.pay_by_hand import hand_over
from returns_engine.workflow.pay_otherwise import pay_otherwise
from returns_engine.workflow.refund_file import load_refund, save_refund
from returns_engine.workflow.refusals import Conflict, SamePerson, Unprocessable
from returns_engine.workflow.refuse_refund import refuse_refund
from returns_engine.workflow.retry_refund import retry_refund
from returns_engine.workflow.return_case import save_case
from tests.workflow.orders import NOW, a_payment, an_order, asked
from tests.workflow.shop import (
    BENCH,
    DANA,
    FINANCE,
    POLICY,
    approve,
    come_back,
    opened,
    put_order,
    record,
    rows,
    value,
)
from tests.workflow.test_second_approval import MANAGER, dear_refund
from tests.workflow.test_second_approval import WHOLE as DEAR_WHOLE

WHOLE = 13534
"""What the first unit is worth, in cents."""
pytestmark = pytest.mark.usefixtures("database")


async def proposed(number: str = "EKR-1001") -> dict[str, Any]:
    """A proposal to a marketplace, which a person pays."""
    payment = a_payment(provider="external", method="marketplace", reference=f"amazon-{number}")
    await put_order(number, document=an_order(payments=[payment]))
    dana = replace(DANA, order=number)
    return (await come_back(await opened(asked(), order_number=number, actor=dana), {"L1": 1}))[0]


async def to_pay(number: str = "EKR-1001") -> UUID:
    """Approve it: it waits for a person to pay it."""
    refund_id: UUID = (await proposed(number))["id"]
    await approve(refund_id, WHOLE)
    return refund_id


async def call_off(refund_id: UUID, **changes: Any) -> None:
    given = {"reason": "The marketplace has paid you.", "actor": FINANCE, "now": NOW} | changes
    await refuse_refund(refund_id, **given)


async def came_back(refund_id: UUID, *, actor: Actor = FINANCE) -> None:
    why = "The account is closed."
    await note_payout_back(refund_id, reason=why, policy=POLICY, actor=actor, now=NOW)


async def it_failed(refund_id: UUID) -> None:
    """Let the provider decline."""
    async with transaction():
        refund = await load_refund(refund_id)
        for event in (RefundEvent.SUBMIT, RefundEvent.FAIL):
            refund.move(next_refund(refund.state, event), kind="refund.failed")
        await save_refund(refund, {"last_error": "declined"}, now=NOW)
        await save_case(refund.case, actor=SYSTEM, now=NOW)


async def handed_over(refund_id: UUID) -> None:
    """Let the provider have confirmed that nothing went."""
    async with transaction():
        refund = await load_refund(refund_id)
        await hand_over(refund, now=NOW)
        await save_case(refund.case, actor=SYSTEM, now=NOW)


async def booked(account: str) -> int:
    sums = "SELECT COALESCE(sum(credit - debit), 0)::bigint FROM ledger_entries WHERE account = $1"
    found: int = await value(sums, account)
    return found


class TestWhatNobodyHasPaidYet:
    async def test_is_called_off_and_leaves_nothing_owed(self):
        refund_id = await to_pay()
        assert await booked("owed_to_customers") == WHOLE
        await call_off(refund_id)

        (refund,) = await rows("SELECT * FROM refunds")
        assert (refund["state"], refund["decided_by"]) == ("canceled", FINANCE.person)
        assert await booked("owed_to_customers") == await booked("returned_goods") == 0
        assert await value("SELECT reserved FROM payment_balances") == 0
        assert await value("SELECT state FROM returns") == "closed"
        told = "SELECT count(*) FROM messages WHERE template = 'refund_called_off'"
        assert await value(told) == 1

    async def test_is_not_called_off_by_who_inspected_it(self):
        refund_id = await to_pay()
        with pytest.raises(SamePerson):
            await call_off(refund_id, actor=BENCH)

    async def test_is_called_off_before_it_is_recorded_alone(self):
        refund_id = await to_pay()
        await record(refund_id, "MP-1")
        with pytest.raises(TransitionNotAllowed):
            await call_off(refund_id)

    async def test_is_recorded_no_more_once_it_was_called_off(self):
        refund_id = await to_pay()
        await call_off(refund_id)
        with pytest.raises(TransitionNotAllowed):
            await record(refund_id, "MP-1")


class TestWhatTookTwoAndIsPaidOtherwise:
    async def chosen(self) -> UUID:
        """Let Finn and Mara approve, the provider decline, and Finn choose another way."""
        refund = await dear_refund()
        await approve(refund["id"], DEAR_WHOLE)
        await approve(refund["id"], DEAR_WHOLE, actor=MANAGER)
        await it_failed(refund["id"])
        await pay_otherwise(refund["id"], reason="To their bank.", actor=FINANCE, now=NOW)
        await handed_over(refund["id"])
        refund_id: UUID = refund["id"]
        return refund_id

    async def test_is_recorded_by_another_than_who_chose_it(self):
        refund_id = await self.chosen()
        with pytest.raises(SamePerson, match="You chose to pay this otherwise"):
            await record(refund_id, "WIRE-1")
        await record(refund_id, "WIRE-1", actor=MANAGER)

        (refund,) = await rows("SELECT * FROM refunds")
        assert refund["state"] == "succeeded"
        assert (refund["otherwise_by"], refund["recorded_by"]) == (FINANCE.person, MANAGER.person)

    async def test_is_recorded_by_persons_alone(self):
        refund_id = await self.chosen()
        with pytest.raises(SamePerson, match="Only a person"):
            await record(refund_id, "WIRE-1", actor=SYSTEM)

    async def test_is_so_too_where_the_policy_asks_for_two_since(self):
        refund_id = await to_pay()
        await the_engine().fetch_rows("UPDATE refunds SET otherwise_by = $1", FINANCE.person)
        stricter = replace(POLICY, approval=replace(POLICY.approval, second_above=100))
        with pytest.raises(SamePerson):
            await record(refund_id, "WIRE-1", policy=stricter)

    async def test_is_recorded_by_who_chose_it_where_one_approves_alone(self):
        refund_id = await to_pay()
        await the_engine().fetch_rows("UPDATE refunds SET otherwise_by = $1", FINANCE.person)
        await record(refund_id, "WIRE-1")

        assert await value("SELECT state FROM refunds") == "succeeded"


class TestAReferenceThatStandsAtAnotherRefund:
    async def two(self) -> tuple[UUID, UUID]:
        return await to_pay(), await to_pay("EKR-1002")

    async def test_is_asked_about_by_name(self):
        first, second = await self.two()
        await record(first, "BANK-77")
        number = await value("SELECT number FROM returns ORDER BY id LIMIT 1")
        with pytest.raises(Unprocessable, match=f"135.34 USD for {number} already") as asks:
            await record(second, " bank-77 ")

        assert asks.value.code == "reference_repeated"
        assert [one.pointer for one in asks.value.fields] == ["/external_reference"]
        assert await value("SELECT state FROM refunds WHERE id = $1", second) == "approved"

    async def test_is_taken_where_one_payment_was_for_both(self):
        first, second = await self.two()
        await record(first, "BANK-77")
        await record(second, "BANK-77", for_several=True)

        assert await value("SELECT count(*) FROM refunds WHERE state = 'succeeded'") == 2

    async def test_is_asked_about_where_it_comes_with_the_approval(self):
        await record(await to_pay(), "BANK-77")
        second = (await proposed("EKR-1002"))["id"]
        with pytest.raises(Unprocessable, match="Was one payment made for both"):
            await approve(second, WHOLE, external_reference="BANK-77")
        await approve(second, WHOLE, external_reference="BANK-77", for_several=True)

        assert await value("SELECT state FROM refunds WHERE id = $1", second) == "succeeded"


class TestWhatWasPaidByHandAndCameBack:
    async def test_is_owed_again_and_told(self):
        refund_id = await to_pay()
        await record(refund_id, "BANK-77")
        await issue_credit_note(refund_id, policy=POLICY, clock=lambda: NOW)
        assert await booked("paid_elsewhere") == WHOLE
        await came_back(refund_id)
        await issue_credit_note(refund_id, policy=POLICY, clock=lambda: NOW)

        (refund,) = await rows("SELECT * FROM refunds")
        assert (refund["state"], refund["last_error"]) == ("failed", "came_back")
        assert (refund["external_reference"], refund["succeeded_at"]) == (None, None)
        assert await booked("paid_elsewhere") == 0
        assert await booked("owed_to_customers") == WHOLE
        assert await value("SELECT sum(amount)::bigint FROM credit_notes") == 0
        assert await value("SELECT reserved FROM payment_balances") == 0
        assert await value("SELECT refunded FROM return_lines") == 0
        assert await value("SELECT state FROM returns") != "closed"
        told = "SELECT count(*) FROM messages WHERE template = 'refund_came_back'"
        assert await value(told) == 1

    async def test_keeps_its_reference_and_reason_for_colleagues_alone(self):
        refund_id = await to_pay()
        await record(refund_id, "BANK-77")
        await came_back(refund_id)

        number = await value("SELECT number FROM returns")
        (last,) = [one for one in await read_events(number) if one["type"] == "refund.failed"]
        assert last["reason"] == "came_back"
        assert last["text"] == "BANK-77: The account is closed."
        assert events_for_customer([last])[0]["text"] is None

    async def test_is_paid_otherwise_and_never_tried_at_a_provider(self):
        refund_id = await to_pay()
        await record(refund_id, "BANK-77")
        await came_back(refund_id)
        with pytest.raises(Conflict) as no_provider:
            await retry_refund(refund_id, actor=FINANCE, now=NOW)
        assert no_provider.value.code == "paid_by_hand"
        await pay_otherwise(refund_id, reason="Another account.", actor=FINANCE, now=NOW)
        asks = "SELECT count(*) FROM procrastinate_jobs WHERE task_name IN ('clear_payout')"
        assert await value(asks) == 0
        await record(refund_id, "BANK-78")

        assert await value("SELECT state FROM refunds") == "succeeded"
        assert await booked("paid_elsewhere") == WHOLE
        assert await value("SELECT state FROM returns") == "closed"

    async def test_is_recorded_anew_by_another_where_it_took_two(self):
        refund = await dear_refund(payments=[a_payment(provider="external", captured=DEAR_WHOLE)])
        for actor in (FINANCE, MANAGER):
            await approve(refund["id"], DEAR_WHOLE, actor=actor)
        await record(refund["id"], "BANK-77")
        await came_back(refund["id"])
        await pay_otherwise(refund["id"], reason="Another account.", actor=FINANCE, now=NOW)
        with pytest.raises(SamePerson):
            await record(refund["id"], "BANK-78")
        await record(refund["id"], "BANK-78", actor=MANAGER)

    async def test_is_what_was_recorded_alone(self):
        refund_id = await to_pay()
        with pytest.raises(TransitionNotAllowed):
            await came_back(refund_id)
        await record(refund_id, "BANK-77")
        await the_engine().fetch_rows("UPDATE refunds SET external_reference = NULL")
        with pytest.raises(Unprocessable, match="the provider says so"):
            await came_back(refund_id)

    async def test_is_not_said_by_who_inspected_it(self):
        refund_id = await to_pay()
        await record(refund_id, "BANK-77")
        with pytest.raises(SamePerson):
            await came_back(refund_id, actor=BENCH)
