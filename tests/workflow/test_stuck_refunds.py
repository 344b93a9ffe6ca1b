"""What its payment keeps from being sent: called off where it can never go, mended where it can."""

from typing import Any
from uuid import UUID

import pytest

from returns_engine.queries.timeline import read_events
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.tables.engine import connection, transaction
from returns_engine.web.api.for_customers import events_for_customer
from returns_engine.workflow.ask_now import ask_now
from returns_engine.workflow.block_refund import Block, block_refund
from returns_engine.workflow.refund_file import load_refund
from returns_engine.workflow.refusals import Conflict, SamePerson
from returns_engine.workflow.refuse_refund import refuse_refund
from tests.workflow.orders import NOW, a_payment, an_order, asked
from tests.workflow.shop import (
    BENCH,
    FINANCE,
    POLICY,
    approve,
    come_back,
    opened,
    put_order,
    rows,
    value,
)

pytestmark = pytest.mark.usefixtures("database")


async def approved() -> UUID:
    await put_order()
    refund = (await come_back(await opened(asked()), {"L1": 1}))[0]
    await approve(refund["id"], refund["proposed"])
    refund_id: UUID = refund["id"]
    return refund_id


async def blocked(block: Block, **payment: Any) -> UUID:
    refund_id = await approved()
    await sql("DELETE FROM procrastinate_jobs")
    for column, to in payment.items():
        await sql(f"UPDATE payments SET {column} = $1", to)  # noqa: S608 - our own columns
    async with transaction():
        refund = await load_refund(refund_id)
        await block_refund(refund, block, policy=POLICY, now=NOW)
    return refund_id


async def sql(statement: str, *values: object) -> None:
    async with transaction():
        await connection().execute(statement, *values)


async def call_off(refund_id: UUID, **changes: Any) -> None:
    given = {"reason": "Your bank gave it back.", "actor": FINANCE, "now": NOW} | changes
    await refuse_refund(refund_id, **given)


class TestARefundThatItsPaymentNeverLetsGo:
    async def test_is_called_off_in_words_the_customer_reads(self):
        refund_id = await blocked(Block.OVERDRAWN, disputed=27069)
        await call_off(refund_id)

        refund = (await rows("SELECT * FROM refunds"))[0]
        assert (refund["state"], refund["blocked_since"]) == ("canceled", None)
        assert refund["decided_by"] == FINANCE.person
        assert await value("SELECT state FROM returns") == "closed"
        assert await value("SELECT refunded FROM return_lines") == 0
        assert await value("SELECT reserved FROM payment_balances") == 0
        assert (
            await value("SELECT count(*) FROM messages WHERE template = 'refund_called_off'") == 1
        )
        sent = "SELECT kept_at FROM promises WHERE what = 'refund_sent'"
        assert await value(sent) is None

    async def test_is_not_called_off_by_who_inspected_it(self):
        refund_id = await blocked(Block.OVERDRAWN, disputed=27069)
        with pytest.raises(SamePerson):
            await call_off(refund_id, actor=BENCH)

    async def test_is_not_called_off_while_it_may_go_out(self):
        with pytest.raises(TransitionNotAllowed):
            await call_off(await approved())

    async def test_is_not_called_off_once_something_was_sent(self):
        refund_id = await blocked(Block.OVERDRAWN)
        await sql("UPDATE refunds SET first_sent_at = now()")
        with pytest.raises(TransitionNotAllowed):
            await call_off(refund_id)

    async def test_may_have_failed_while_the_bank_disputes(self):
        refund_id = await approved()
        await sql("UPDATE refunds SET state = 'failed'")
        with pytest.raises(TransitionNotAllowed):
            await call_off(refund_id)
        await sql("UPDATE payments SET disputed = 1")
        await call_off(refund_id)

        assert await value("SELECT state FROM refunds") == "canceled"

    async def test_may_have_been_for_a_person_to_pay_before_the_bank_took_it(self):
        refund_id = await approved()
        late = "manual_reason = 'refundable_until_passed', manual_since = now()"
        await sql(f"UPDATE refunds SET {late}")  # noqa: S608 - our own columns
        await sql("UPDATE payments SET disputed = captured")
        await sql("DELETE FROM procrastinate_jobs")
        await ask_now(refund_id)
        assert await value("SELECT task_name FROM procrastinate_jobs") == "ask_about"
        await call_off(refund_id)

        assert await value("SELECT state FROM refunds") == "canceled"
        assert await value("SELECT state FROM returns") == "closed"

    async def test_tells_its_customer_nothing_of_what_is_wrong_with_the_payment(self):
        refund_id = await blocked(Block.MISMATCH, mismatch="not_captured")
        await sql("UPDATE refunds SET state = 'submitting'")
        async with transaction():
            refund = await load_refund(refund_id)
            await block_refund(refund, Block.MISMATCH, policy=POLICY, now=NOW)

        for_staff = await read_events(refund.case.number)
        assert "not_captured" in str(for_staff)
        theirs = events_for_customer(for_staff)
        assert theirs[-1]["type"] == "refund.failed"
        assert "mismatch" not in str(theirs)
        assert "not_captured" not in str(theirs)


class TestAnImport:
    async def test_lowers_what_was_captured_to_what_the_provider_captured_and_no_lower(self):
        await blocked(Block.MISMATCH, mismatch="amount", told_captured=20000)
        with pytest.raises(Conflict, match="cannot be lowered"):
            await put_order(document=an_order(payments=[a_payment(captured=19999)]))
        await put_order(document=an_order(payments=[a_payment(captured=20000)]))

        assert await value("SELECT captured FROM payments") == 20000
        jobs = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'execute_refund'"
        assert await value(jobs) == 1

    async def test_names_another_payment_where_the_provider_does_not_know_the_first(self):
        await blocked(Block.MISMATCH, mismatch="unknown_at_provider")
        other = an_order(payments=[a_payment(reference="pi_right")])
        await put_order(document=other)

        assert await value("SELECT reference FROM payments") == "pi_right"

    async def test_names_no_other_payment_once_something_was_sent_to_the_first(self):
        await blocked(Block.MISMATCH, mismatch="unknown_at_provider")
        await sql("UPDATE refunds SET first_sent_at = now()")
        with pytest.raises(Conflict, match="moved elsewhere"):
            await put_order(document=an_order(payments=[a_payment(reference="pi_right")]))
