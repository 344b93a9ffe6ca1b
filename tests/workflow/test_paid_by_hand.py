"""What a person pays: called off before, asked about twice, and owed again where it came back."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.refund_states import RefundEvent, next_refund
from returns_engine.tables.engine import the_engine, transaction
from returns_engine.workflow.pay_by_hand import hand_over
from returns_engine.workflow.pay_otherwise import pay_otherwise
from returns_engine.workflow.refund_file import load_refund, save_refund
from returns_engine.workflow.refusals import SamePerson
from returns_engine.workflow.refuse_refund import refuse_refund
from returns_engine.workflow.return_case import save_case
from tests.workflow.orders import NOW, a_payment, an_order, asked
from tests.workflow.shop import (
    BENCH,
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


async def to_pay(number: str = "EKR-1001") -> UUID:
    """Approve a refund to a marketplace, which a person pays."""
    payment = a_payment(provider="external", method="marketplace", reference=f"amazon-{number}")
    await put_order(number, document=an_order(payments=[payment]))
    ours = await come_back(await opened(asked(), order_number=number), {"L1": 1})
    refund_id: UUID = ours[0]["id"]
    await approve(refund_id, WHOLE)
    return refund_id


async def call_off(refund_id: UUID, **changes: Any) -> None:
    given = {"reason": "The marketplace has paid you.", "actor": FINANCE, "now": NOW} | changes
    await refuse_refund(refund_id, **given)


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
