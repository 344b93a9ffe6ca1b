"""Nothing above what was paid without a second person: goods, money, disputes and gifts in sum."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from returns_engine.queries.compensations import list_compensations, read_compensation
from returns_engine.queries.replacements import list_replacements, read_replacement
from returns_engine.queries.value_given import OrderValue, read_value_given
from returns_engine.rules.actor import Actor
from returns_engine.rules.words import ActorKind
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.decide_compensation import approve_compensation
from returns_engine.workflow.refusals import SamePerson
from returns_engine.workflow.replace_item import order_replacement
from tests.workflow.orders import NOW, a_line, a_payment, an_order, asked
from tests.workflow.shop import (
    FINANCE,
    POLICY,
    SUPPORT,
    approve,
    come_back,
    let_through,
    put_order,
    refunds_of,
    rows,
    the_return,
    value,
)

pytestmark = pytest.mark.usefixtures("database")

MANAGER = Actor(kind=ActorKind.STAFF, id="44", person=44)
CAP = POLICY.compensation.cap_per_order


async def two_covers() -> None:
    """An order of two covers at 100.00 each, all of it paid by one card."""
    line = a_line(unit_price=10_000, quantity=2, tax=0)
    payment = a_payment(captured=20_000)
    await put_order(document=an_order(line, discount=0, payments=[payment]))


async def comes_back(reason: str = "changed_mind", **changes: Any) -> str:
    """One unit comes back, and is accepted."""
    number = await let_through(asked(reason=reason), **changes)
    await come_back(number, {"L1": 1})
    return number


async def given() -> OrderValue:
    found = await read_value_given("EKR-1001", on_top_free=CAP)
    assert found is not None
    return found


async def disputed(amount: int) -> None:
    """A dispute that was lost: while it is open nothing is approved at all."""
    lost = "UPDATE payments SET disputed = $1, disputed_lost = $1"
    await the_engine().fetch_rows(lost, amount)


async def order_again(replacement: Any, number: str = "EKR-2", *, actor: Actor = SUPPORT) -> None:
    await order_replacement(
        replacement["id"], external_order=number, policy=POLICY, actor=actor, now=NOW
    )


class TestTheViewOfAnOrder:
    async def test_sums_refunds_goods_and_gifts_line_by_line(self):
        await two_covers()
        number = await comes_back("defective")
        refund = (await refunds_of(number))[0]
        await approve(refund["id"], refund["proposed"])
        again = await comes_back("wrong_item", resolution="replacement")
        await order_again((await rows("SELECT id FROM replacements"))[0])

        found = await given()

        assert (await the_return(again))["resolution"] == "replacement"
        assert (found.sums.paid, found.sums.refunded, found.sums.replaced) == (
            20_000,
            10_000,
            10_000,
        )
        # The coupon for the defect, and the gift that goes with the right item.
        assert found.sums.on_top == 1500
        assert found.sums.total == 21_500
        [line] = found.lines
        assert (line.quantity, line.charged, line.refunded, line.replaced, line.on_top) == (
            2,
            20_000,
            10_000,
            10_000,
            1500,
        )
        assert found.beside == 0

    async def test_splits_a_lowered_refund_as_it_was_proposed(self):
        lines = [a_line(f"L{n}", unit_price=10_000, quantity=1, tax=0) for n in (1, 2)]
        payment = a_payment(captured=20_000)
        await put_order(document=an_order(*lines, discount=0, payments=[payment]))
        number = await let_through(asked("L1"), asked("L2"))
        refund = (await come_back(number, {"L1": 1, "L2": 1}))[0]
        await approve(refund["id"], 15_001, note="Worn.", clause="return.condition")

        assert [line.refunded for line in (await given()).lines] == [7501, 7500]

    async def test_counts_what_left_outside_and_by_disputes(self):
        await two_covers()
        await disputed(3000)
        await the_engine().fetch_rows(
            "INSERT INTO outside_refunds (payment, provider_refund_id, amount, currency, status,"
            " cause, created_at, first_seen_at, checked_at) SELECT id, 're_1', 2000, 'USD',"
            " 'succeeded', 'dashboard', now(), now(), now() FROM payments"
        )

        sums = (await given()).sums
        assert (sums.disputed, sums.outside, sums.counted) == (3000, 2000, 5000)

    async def test_of_no_order_is_none(self):
        assert await read_value_given("EKR-9", on_top_free=CAP) is None


class TestACouponOnTop:
    async def test_flows_with_all_the_money_back_as_ever(self):
        await two_covers()
        for _ in range(2):
            number = await comes_back("defective")
            refund = (await refunds_of(number))[0]
            await approve(refund["id"], refund["proposed"])

        assert await value("SELECT count(*) FROM refunds WHERE state = 'approved'") == 2
        assert await value("SELECT count(*) FROM compensations WHERE state = 'approved'") == 2

    async def test_beyond_the_cap_of_a_fully_refunded_order_needs_two(self):
        await two_covers()
        number = await comes_back("defective")
        await the_engine().fetch_rows("UPDATE compensations SET value = $1", CAP)
        second = await comes_back("defective")
        for one in (number, second):
            refund = (await refunds_of(one))[0]
            await approve(refund["id"], refund["proposed"])
        [extra] = [one for one in (await list_compensations()).items if one["state"] == "proposed"]
        by = {"policy": POLICY, "now": NOW}
        await approve_compensation(extra["id"], actor=FINANCE, **by)

        shown = await read_compensation(extra["id"])
        assert shown is not None
        assert (shown["state"], shown["needs_second_approval"]) == ("proposed", True)
        with pytest.raises(SamePerson):
            await approve_compensation(extra["id"], actor=FINANCE, **by)
        await approve_compensation(extra["id"], actor=MANAGER, **by)
        shown = await read_compensation(extra["id"])
        assert shown is not None
        assert (shown["state"], len(shown["approvals"])) == ("approved", 2)
        [limits] = await rows(
            "SELECT first_limit, approval_limit FROM compensations WHERE id = $1", extra["id"]
        )
        assert tuple(limits) == (250_000, 250_000)

    async def test_beyond_the_cap_is_one_persons_while_less_was_given_than_paid(self):
        await two_covers()
        await comes_back("defective")
        await the_engine().fetch_rows("UPDATE compensations SET value = $1", CAP)
        await comes_back("defective")
        [extra] = [one for one in (await list_compensations()).items if one["state"] == "proposed"]
        await approve_compensation(extra["id"], policy=POLICY, actor=FINANCE, now=NOW)

        shown = await read_compensation(extra["id"])
        assert shown is not None
        assert shown["state"] == "approved"


class TestARefund:
    async def test_that_takes_it_above_what_was_paid_needs_two_however_small(self):
        await two_covers()
        await comes_back("wrong_item", resolution="replacement")
        await order_again((await rows("SELECT id FROM replacements"))[0])
        number = await comes_back()
        await disputed(1000)
        refund = (await refunds_of(number))[0]
        await approve(refund["id"], refund["proposed"])

        assert (await refunds_of(number))[0]["state"] == "proposed"
        await approve(refund["id"], refund["proposed"], actor=MANAGER)
        assert (await refunds_of(number))[0]["state"] == "approved"


class TestAReplacement:
    async def test_is_ordered_by_one_as_ever(self):
        await two_covers()
        await comes_back("wrong_item", resolution="replacement")
        await order_again((await rows("SELECT id FROM replacements"))[0])

        assert await value("SELECT state FROM replacements") == "ordered"

    async def test_on_top_of_money_and_a_dispute_is_ordered_by_two(self):
        await two_covers()
        await comes_back("wrong_item", resolution="replacement")
        await disputed(20_000)
        again = (await list_replacements()).items[0]
        await order_again(again)

        shown = await read_replacement(again["id"])
        assert shown is not None
        assert (shown["state"], shown["needs_second_approval"]) == ("planned", True)
        assert [one["external_order"] for one in shown["approvals"]] == ["EKR-2"]
        assert (
            await value("SELECT count(*) FROM messages WHERE template = 'replacement_ordered'") == 0
        )
        with pytest.raises(SamePerson):
            await order_again(again)

        # Another number takes the first one's place, and asks for another person.
        await order_again(again, "EKR-3", actor=MANAGER)
        with pytest.raises(SamePerson):
            await order_again(again, "EKR-3", actor=MANAGER)
        await order_again(again, "EKR-3", actor=replace(SUPPORT, person=55))
        shown = await read_replacement(again["id"])
        assert shown is not None
        assert (shown["state"], shown["external_order"]) == ("ordered", "EKR-3")
        assert len(shown["approvals"]) == 2

    async def test_and_a_refund_at_once_do_not_both_slip_under(self):
        await two_covers()
        await comes_back("wrong_item", resolution="replacement")
        number = await comes_back()
        await disputed(10_000)
        again, refund = (await list_replacements()).items[0], (await refunds_of(number))[0]

        await asyncio.gather(order_again(again), approve(refund["id"], refund["proposed"]))

        waiting = [
            await value("SELECT state FROM replacements") == "planned",
            (await refunds_of(number))[0]["state"] == "proposed",
        ]
        assert sorted(waiting) == [False, True]
