"""Plain proposals approved together: each by itself, with its own answer."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from returns_engine.rules.actor import Actor
from returns_engine.rules.batch import LookAt
from returns_engine.rules.words import ActorKind
from returns_engine.tables.engine import the_engine, transaction
from returns_engine.tables.refunds import Refund
from returns_engine.workflow.approve_batch import (
    BatchOutcome,
    BatchResult,
    Chosen,
    approve_batch,
)
from returns_engine.workflow.hold_refund import hold_refund
from returns_engine.workflow.refusals import Unprocessable
from returns_engine.workflow.refuse_refund import refuse_refund
from tests.journeys.shop import until
from tests.workflow.orders import NOW, a_line, a_payment, an_order, asked
from tests.workflow.shop import (
    BENCH,
    FINANCE,
    POLICY,
    approve,
    come_back,
    good,
    inspect,
    let_through,
    opened,
    put_order,
    receive,
    refunds_of,
    value,
)

pytestmark = pytest.mark.usefixtures("database")


async def plain(units: int = 3, **about: Any) -> list[dict[str, Any]]:
    """Proposals of 50.00 each, all of them plain."""
    line = a_line(unit_price=5_000, quantity=6, tax=0)
    payment = a_payment(captured=30_000)
    await put_order(document=an_order(line, discount=0, payments=[payment], **about))
    return [(await come_back(await opened(), {"L1": 1}))[0] for _ in range(units)]


async def together(
    *refunds: dict[str, Any], amount: int | None = None, actor: Actor = FINANCE
) -> list[BatchResult]:
    chosen = [
        Chosen(refund_id=one["id"], amount=one["proposed"] if amount is None else amount)
        for one in refunds
    ]
    return await approve_batch(chosen, policy=POLICY, actor=actor, now=NOW)


async def in_one_transaction(*refunds: dict[str, Any]) -> list[BatchResult]:
    """As a call does that is answered once for its key."""
    async with transaction():
        return await together(*refunds)


async def a_lock_is_waited_for() -> None:
    waiting = (
        "SELECT count(*) > 0 FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    await until(lambda: value(waiting))


def outcomes(results: list[BatchResult]) -> list[str]:
    return [str(one.outcome) for one in results]


class TestABatch:
    async def test_approves_each_and_orders_its_execution_once(self):
        refunds = await plain()
        assert outcomes(await together(*refunds)) == ["approved"] * 3
        # Sent twice: nothing more happens.
        assert outcomes(await together(*refunds)) == ["changed"] * 3

        jobs = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'execute_refund'"
        assert await value(jobs) == 3
        assert await value("SELECT count(*) FROM refunds WHERE state = 'approved'") == 3

    async def test_approves_once_where_two_send_it_at_once(self):
        refunds = await plain()
        other = Actor(kind=ActorKind.STAFF, id="23", person=23)
        said = await asyncio.gather(together(*refunds), together(*refunds, actor=other))

        approved = [one for results in said for one in results if one.outcome == "approved"]
        assert len(approved) == 3

    async def test_waits_for_no_return_while_it_holds_an_order_also_in_one_transaction(self):
        first, second = await plain(2)
        other = await asyncpg.connect(the_engine().config["dsn"])
        try:
            held = other.transaction()
            await held.start()
            await other.execute(
                "SELECT FROM returns r JOIN refunds f ON f.return_id = r.id WHERE f.id = $1"
                " FOR NO KEY UPDATE OF r",
                second["id"],
            )
            batch = asyncio.create_task(in_one_transaction(first, second))
            await a_lock_is_waited_for()
            await other.execute("SELECT FROM orders FOR NO KEY UPDATE NOWAIT")
            await held.rollback()
            assert outcomes(await batch) == ["approved"] * 2
        finally:
            await other.close()

    async def test_leaves_what_changed_and_goes_on_with_the_others(self):
        first, second, third = await plain()
        await refuse_refund(first["id"], reason="Used.", actor=FINANCE, now=NOW)
        missing = {"id": uuid4(), "proposed": 5000}

        results = await together(first, second, missing, third)

        assert outcomes(results) == ["changed", "approved", "not_found", "approved"]

    async def test_takes_all_that_was_proposed_and_no_other_amount(self):
        [refund] = await plain(1)
        [result] = await together(refund, amount=4_999)

        assert (result.outcome, result.code) == (BatchOutcome.CHANGED, "amount_changed")

    async def test_is_never_of_ones_own_inspections(self):
        refunds = await plain(2)

        assert outcomes(await together(*refunds, actor=BENCH)) == ["not_yours"] * 2

    async def test_knows_the_version_that_was_seen(self):
        [refund] = await plain(1)
        seen = Chosen(refund_id=refund["id"], amount=5000, version=7)
        [result] = await approve_batch([seen], policy=POLICY, actor=FINANCE, now=NOW)

        assert (result.outcome, result.code) == (BatchOutcome.CHANGED, "stale_version")

    async def test_is_refused_whole_where_it_is_none(self):
        first, second = await plain(2)
        once = Chosen(refund_id=first["id"], amount=5000)
        for chosen, code in (
            ([], "nothing_chosen"),
            ([once, once], "chosen_twice"),
            ([Chosen(refund_id=uuid4(), amount=1) for _ in range(101)], "too_many"),
        ):
            with pytest.raises(Unprocessable) as refused:
                await approve_batch(chosen, policy=POLICY, actor=FINANCE, now=NOW)
            assert refused.value.code == code
        await the_engine().fetch_rows(
            "UPDATE refunds SET currency = 'EUR' WHERE id = $1", second["id"]
        )
        with pytest.raises(Unprocessable, match="one currency"):
            await together(first, second)


class TestWhatWantsALook:
    async def left_out(self, refund: dict[str, Any]) -> frozenset[LookAt]:
        [result] = await together(refund)
        assert result.outcome is BatchOutcome.LOOK_AT_IT
        row = await Refund.select(Refund.state).where(Refund.id == refund["id"]).first()
        assert row == {"state": "proposed"}
        return result.look_at

    async def test_is_not_approved_with_others(self):
        held, disputed, overridden = await plain()
        await hold_refund(held["id"], reason="Wait.", actor=FINANCE, now=NOW)
        assert await self.left_out(held) == {LookAt.HOLD}

        await the_engine().fetch_rows(
            "UPDATE returns SET overridden = true, late = true"
            " WHERE id = (SELECT return_id FROM refunds WHERE id = $1)",
            overridden["id"],
        )
        assert await self.left_out(overridden) == {LookAt.OVERRIDE, LookAt.LATE}

        await the_engine().fetch_rows("UPDATE payments SET disputed = 20000")
        assert LookAt.DISPUTE in await self.left_out(disputed)

    async def test_is_what_the_bench_found_otherwise(self):
        await plain(0)
        number = await let_through(asked(reason="defective"))
        await receive(number, {"L1": 1})
        await inspect(number, good(found_cause="none"))

        [refund] = await refunds_of(number)
        assert await self.left_out(refund) == {LookAt.FAULT_TURNS}

    async def test_is_what_is_paid_by_hand(self):
        line = a_line(unit_price=5_000, quantity=1, tax=0)
        elsewhere = a_payment(captured=5_000, provider="external", reference="amazon-7")
        await put_order("EKR-1001", an_order(line, discount=0, payments=[elsewhere]))
        [refund] = await come_back(await opened(), {"L1": 1})
        assert await self.left_out(refund) == {LookAt.PAID_BY_HAND}

    async def test_is_a_first_approval(self):
        dear = a_line(unit_price=120_000, quantity=1, tax=0)
        await put_order(
            "EKR-1001", an_order(dear, discount=0, payments=[a_payment(captured=120_000)])
        )
        [refund] = await come_back(await opened(), {"L1": 1})
        await approve(refund["id"], 120_000)

        assert {LookAt.TWO_PEOPLE, LookAt.AMOUNT} <= await self.left_out(refund)
