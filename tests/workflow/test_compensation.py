"""Something extra for our fault: who gets it, what waits for finance, and who may decide it."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from returns_engine.queries.audit import verify_chains
from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.words import ActorKind
from returns_engine.tables.compensations import Compensation
from returns_engine.tables.engine import the_engine, transaction
from returns_engine.workflow.decide_compensation import (
    approve_compensation,
    give_compensation,
    give_with_replacement,
    refuse_compensation,
)
from returns_engine.workflow.refusals import NotFound, SamePerson, StaleVersion, Unprocessable
from returns_engine.workflow.refuse_refund import refuse_refund
from returns_engine.workflow.replace_item import order_replacement, ship_replacement
from returns_engine.workflow.return_case import load_case, save_case
from tests.workflow.orders import NOW, a_line, a_payment, an_order, asked
from tests.workflow.shop import (
    BENCH,
    FINANCE,
    POLICY,
    SUPPORT,
    approve,
    good,
    inspect,
    let_through,
    put_order,
    receive,
    refunds_of,
    rows,
    value,
)

pytestmark = pytest.mark.usefixtures("database")


async def a_big_order(number: str = "EKR-1001", units: int = 9) -> None:
    payment = a_payment(captured=10**6, reference=f"pi_{number}")
    await put_order(number, an_order(a_line(quantity=units), payments=[payment]))


async def settled(reason: str = "defective", *, found: str | None = None, **wish: Any) -> str:
    """A return of one unit that came back and was accepted."""
    number = await let_through(asked("L1", reason=reason), **wish)
    await receive(number, {"L1": 1})
    await inspect(number, good("L1", found_cause=found))
    return number


async def given_to(number: str) -> list[dict[str, Any]]:
    return (
        await Compensation.select()
        .where(Compensation.return_.number == number)
        .order_by(Compensation.proposed_at)
        .order_by(Compensation.id)
    )


async def states() -> list[str]:
    return sorted(row["state"] for row in await rows("SELECT state FROM compensations"))


async def mails(template: str) -> int:
    return await value("SELECT count(*) FROM messages WHERE template = $1", template)


async def waiting() -> dict[str, Any]:
    """Return a compensation above the cap of its order."""
    await a_big_order()
    for _ in range(3):
        number = await settled()
    (last,) = await given_to(number)
    assert last["state"] == "proposed"
    return last


class TestOurFault:
    async def test_brings_a_coupon_beside_the_money(self):
        await a_big_order()
        number = await settled()

        (coupon,) = await given_to(number)
        assert (coupon["kind"], coupon["state"], coupon["value"]) == ("coupon", "approved", 1000)
        assert (coupon["decided_by"], coupon["decided_at"]) == (None, NOW)
        assert coupon["approval_limit"] == POLICY.compensation.cap_per_order
        assert await mails("compensation_approved") == 0  # not before the refund is certain
        assert (await verify_chains()).ok

    async def test_brings_the_gift_beside_the_right_item(self):
        await a_big_order()
        number = await settled("wrong_item", resolution="replacement")

        (gift,) = await given_to(number)
        assert (gift["kind"], gift["what"], gift["state"]) == ("gift", "phone case", "approved")
        assert await mails("compensation_approved") == 1

    @pytest.mark.parametrize("found", ["none", "misuse", "cut", "spill"])
    async def test_is_not_ours_where_the_bench_found_otherwise(self, found: str):
        await a_big_order()

        assert await given_to(await settled("defective", found=found)) == []

    async def test_is_found_by_the_bench_whatever_the_customer_said(self):
        await a_big_order()
        number = await settled("changed_mind", found="packing_error")

        (coupon,) = await given_to(number)
        assert (coupon["cause"], coupon["kind"]) == ("wrong_item", "coupon")

    async def test_is_made_good_once_for_the_units_of_a_line(self):
        await a_big_order()
        number = await let_through(asked("L1", 2, reason="defective"))
        for _ in range(2):
            await receive(number, {"L1": 1})
            await inspect(number, good("L1"))

        assert len(await given_to(number)) == 1
        assert len(await refunds_of(number)) == 2

    async def test_brings_nothing_for_a_change_of_mind(self):
        await a_big_order()

        assert await given_to(await settled("changed_mind")) == []


class TestTheCaps:
    async def test_let_an_order_have_two_and_leave_the_third_to_finance(self):
        await waiting()

        assert await states() == ["approved", "approved", "proposed"]

    async def test_hold_for_the_calendar_month_over_all_orders(self):
        for place in range(26):
            await a_big_order(f"EKR-{place}")
            number = await let_through(
                asked("L1", reason="defective"),
                asked("L1", reason="wrong_item"),
                actor=SUPPORT,
                order_number=f"EKR-{place}",
            )
            await receive(number, {"L1": 2})
            await inspect(number, good("L1", 2))

        assert await states() == ["approved"] * 50 + ["proposed"] * 2

    async def test_cannot_be_slipped_under_by_two_at_once(self):
        await a_big_order()
        numbers = [await let_through(asked("L1", reason="defective")) for _ in range(6)]
        for number in numbers:
            await receive(number, {"L1": 1})
        await asyncio.gather(*[inspect(number, good("L1")) for number in numbers])

        assert await states() == ["approved"] * 2 + ["proposed"] * 4


class TestFinance:
    async def test_approves_what_is_above_the_caps(self):
        last = await waiting()
        await approve_compensation(last["id"], policy=POLICY, actor=FINANCE, now=NOW)

        (row,) = await rows("SELECT * FROM compensations WHERE id = $1", last["id"])
        assert (row["state"], row["decided_by"]) == ("approved", FINANCE.person)
        assert row["approval_limit"] == 250_000
        with pytest.raises(TransitionNotAllowed):
            await approve_compensation(last["id"], policy=POLICY, actor=FINANCE, now=NOW)
        with pytest.raises(TransitionNotAllowed):
            await refuse_compensation(last["id"], reason="No.", actor=FINANCE, now=NOW)

    async def test_tells_the_customer_at_once_where_the_money_is_decided(self):
        last = await waiting()
        number = await value("SELECT number FROM returns WHERE id = $1", last["return_id"])
        for refund in await refunds_of(number):
            await approve(refund["id"], refund["proposed"])
        await approve_compensation(last["id"], policy=POLICY, actor=FINANCE, now=NOW)

        assert await mails("compensation_approved") == 1

    async def test_refuses_it_with_a_reason_the_record_keeps(self):
        last = await waiting()
        await refuse_compensation(last["id"], reason="Two are enough.", actor=FINANCE, now=NOW)

        assert await states() == ["approved", "approved", "refused"]
        assert await mails("compensation_approved") == 0
        texts = [row["value"] for row in await rows("SELECT value FROM event_texts")]
        assert "Two are enough." in texts
        assert (await verify_chains()).ok

    async def test_is_not_who_inspected_the_return(self):
        last = await waiting()
        both = Actor(kind=ActorKind.STAFF, id="11", person=BENCH.person)
        with pytest.raises(SamePerson):
            await approve_compensation(last["id"], policy=POLICY, actor=both, now=NOW)
        with pytest.raises(SamePerson):
            await refuse_compensation(last["id"], reason="No.", actor=both, now=NOW)

    async def test_cannot_get_around_that_in_the_database(self):
        last = await waiting()
        await approve_compensation(last["id"], policy=POLICY, actor=FINANCE, now=NOW)
        with pytest.raises(asyncpg.CheckViolationError):
            await the_engine().fetch_rows(
                "UPDATE compensations SET decided_by = $1 WHERE id = $2", BENCH.person, last["id"]
            )

    async def test_decides_the_one_it_saw(self):
        last = await waiting()
        with pytest.raises(StaleVersion):
            await approve_compensation(
                last["id"], policy=POLICY, actor=FINANCE, now=NOW, expected_version=7
            )
        with pytest.raises(NotFound):
            await approve_compensation(uuid4(), policy=POLICY, actor=FINANCE, now=NOW)

    async def test_takes_it_back_with_the_money_it_was_on_top_of(self):
        await a_big_order()
        number = await settled()
        for refund in await refunds_of(number):
            await refuse_refund(refund["id"], reason="It was used.", actor=FINANCE, now=NOW)

        assert await states() == ["refused"]
        assert await value("SELECT state FROM returns WHERE number = $1", number) == "closed"
        assert (await verify_chains()).ok


class TestGiving:
    async def test_mails_the_code_once(self):
        await a_big_order()
        (coupon,) = await given_to(await settled())
        await give_compensation(coupon["id"], reference=" SORRY-10 ", actor=SUPPORT, now=NOW)

        (row,) = await rows("SELECT * FROM compensations")
        assert (row["state"], row["reference"], row["given_at"]) == ("given", "SORRY-10", NOW)
        assert await mails("compensation_given") == 1
        with pytest.raises(TransitionNotAllowed):
            await give_compensation(coupon["id"], reference="AGAIN", actor=SUPPORT, now=NOW)
        said = await value("SELECT string_agg(data::text, '') FROM events")
        assert "SORRY-10" not in said

    async def test_is_posted_to_the_books_once(self):
        await a_big_order()
        (coupon,) = await given_to(await settled())
        sums = "SELECT debit, credit, account FROM ledger_entries WHERE subject LIKE 'comp%'"
        assert await rows(sums) == []

        await give_compensation(coupon["id"], reference="SORRY-10", actor=SUPPORT, now=NOW)

        assert sorted(tuple(row) for row in await rows(sums)) == [
            (0, coupon["value"], "coupons_owed"),
            (coupon["value"], 0, "compensation"),
        ]

    @pytest.mark.parametrize(
        ("reference", "code"), [(" ", "reference_missing"), ("x" * 256, "too_long")]
    )
    async def test_needs_a_reference_that_fits(self, reference: str, code: str):
        await a_big_order()
        (coupon,) = await given_to(await settled())
        with pytest.raises(Unprocessable) as refused:
            await give_compensation(coupon["id"], reference=reference, actor=SUPPORT, now=NOW)

        assert refused.value.code == code

    async def test_waits_for_finance_above_the_caps(self):
        last = await waiting()
        with pytest.raises(TransitionNotAllowed):
            await give_compensation(last["id"], reference="SORRY-10", actor=SUPPORT, now=NOW)

    async def test_of_a_gift_happens_with_the_replacement_and_harms_nothing_twice(self):
        await a_big_order()
        number = await settled("wrong_item", resolution="replacement")
        for _ in range(2):
            async with transaction():
                case = await load_case(number)
                (line,) = case.lines
                await give_with_replacement(case, line.id, reference="UPS 1Z9", now=NOW)
                await save_case(case, actor=SUPPORT, now=NOW)

        (gift,) = await given_to(number)
        assert (gift["state"], gift["reference"]) == ("given", "UPS 1Z9")
        assert await mails("compensation_given") == 1

    async def test_of_a_gift_is_done_by_shipping_the_right_item(self):
        await a_big_order()
        number = await settled("wrong_item", resolution="replacement")
        (again,) = await rows("SELECT id FROM replacements")
        await order_replacement(
            again["id"], external_order="EKR-2", policy=POLICY, actor=SUPPORT, now=NOW
        )
        await ship_replacement(
            again["id"],
            carrier="UPS",
            tracking_number="1Z999AA10123456784",
            actor=SUPPORT,
            now=NOW,
        )

        (gift,) = await given_to(number)
        assert (gift["state"], gift["reference"]) == ("given", "UPS 1Z999AA10123456784")
        assert (await verify_chains()).ok

    async def test_moves_by_the_lifecycle_alone(self):
        await a_big_order()
        await settled()
        for statement in (
            "UPDATE compensations SET state = 'refused'",
            "DELETE FROM compensations",
        ):
            with pytest.raises(asyncpg.CheckViolationError):
                await the_engine().fetch_rows(statement)
