"""What a person pays: called off before, asked about twice, and owed again where it came back."""

from typing import Any
from uuid import UUID

import pytest

from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.workflow.refusals import SamePerson
from returns_engine.workflow.refuse_refund import refuse_refund
from tests.workflow.orders import NOW, a_payment, an_order, asked
from tests.workflow.shop import (
    BENCH,
    FINANCE,
    approve,
    come_back,
    opened,
    put_order,
    record,
    rows,
    value,
)

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
