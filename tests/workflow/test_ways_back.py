"""Which way the money goes: several payments, the provider's steps, and what is paid by hand."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from returns_engine.queries.refunds import read_refund
from returns_engine.rules.policy import Policy
from returns_engine.workflow.inspect_lines import inspect_lines
from returns_engine.workflow.refusals import Conflict, Unprocessable
from tests.workflow.orders import NOW, a_line, a_payment, an_order, asked
from tests.workflow.shop import (
    BENCH,
    POLICY,
    approve,
    good,
    opened,
    put_order,
    receive,
    record,
    refunds_of,
    rows,
    value,
)

CASES = json.loads(
    (Path(__file__).parents[1] / "rules" / "money" / "money_cases.json").read_text("utf-8")
)["cases"]
SPLITS = [one for one in CASES if one["id"] in {"M21", "M23"}]
PRO_RATA = replace(POLICY, refund=replace(POLICY.refund, tenders="pro_rata"))
YESTERDAY = "2026-03-29T12:00:00Z"
pytestmark = pytest.mark.usefixtures("database")


def goods(*prices: int) -> list[dict[str, Any]]:
    """A line for each price, without tax."""
    return [
        a_line(f"L{place}", quantity=1, unit_price=price, tax=0)
        for place, price in enumerate(prices, start=1)
    ]


def tender(name: str, captured: int, **changes: Any) -> dict[str, Any]:
    """A card at the provider, or a gift card of the shop's own."""
    at = {"provider": "external", "method": "gift_card"} if name == "gift_card" else {}
    return a_payment(name, captured=captured, **at, **changes)


async def returned(line: str, policy: Policy = POLICY) -> list[dict[str, Any]]:
    """Bring one unit back as far as its proposals, in the order's own order of payments."""
    number = await opened(asked(line))
    await receive(number, {line: 1})
    await inspect_lines(number, lines=[good(line)], policy=policy, actor=BENCH, now=NOW)
    return await refunds_of(number)


async def proposed(*payments: dict[str, Any], prices: tuple[int, ...], **about: Any) -> Any:
    document = an_order(*goods(*prices), discount=0, payments=list(payments), **about)
    await put_order(document=document)
    return await returned("L1")


class TestSeveralWaysToPay:
    @pytest.mark.parametrize("case", SPLITS, ids=[one["id"] for one in SPLITS])
    async def test_take_back_what_the_worked_cases_say(self, case):
        given, pro_rata = case["input"], case["input"]["policy"] == "pro_rata_remaining"
        payments = [tender(name, captured) for name, captured in given["captured"].items()]
        document = an_order(*goods(*given["refunds"]), discount=0, payments=payments)
        await put_order(document=document)
        names = {row["id"]: row["payment_id"] for row in await rows("SELECT * FROM payments")}

        for place, split in enumerate(case["expected"]["splits"], start=1):
            made = await returned(f"L{place}", PRO_RATA if pro_rata else POLICY)
            expected = {name: part for name, part in split.items() if part}
            assert {names[one["payment"]]: one["proposed"] for one in made} == expected
            sums = [one["items"] + one["tax"] + one["shipping"] - one["fees"] for one in made]
            assert sums == [one["proposed"] for one in made]

    async def test_in_proportion_keep_the_providers_steps(self):
        made = await proposed(
            tender("card", 33330),
            tender("gift_card", 66670),
            prices=(10010, 89990),
            currency="KWD",
        )
        assert [one["proposed"] for one in made] == [10010]

        later = await returned("L2", PRO_RATA)
        assert [one["proposed"] for one in later] == [23320, 66670]

    async def test_give_a_rest_finer_than_the_steps_to_what_is_paid_by_hand(self):
        made = await proposed(
            tender("card", 20000), tender("gift_card", 5), prices=(12345, 7660), currency="KWD"
        )
        assert [one["proposed"] for one in made] == [12340, 5]

    async def test_leave_a_rest_finer_than_all_steps_and_say_so(self):
        await proposed(tender("card", 20000), prices=(12345, 7655), currency="KWD")

        (event,) = await rows("SELECT reason, data FROM events WHERE type = 'refund.not_covered'")
        assert event["reason"] == "finer_than_step"
        assert json.loads(event["data"])["amount"] == 5


class TestAnAmount:
    @pytest.mark.parametrize(
        ("currency", "price", "broken", "near"),
        [
            ("KWD", 12340, 12335, "12.330 or 12.340"),
            ("ISK", 150000, 149950, "1499.00 or 1500.00"),
            ("UGX", 90000, 50, "1.00"),
        ],
    )
    async def test_that_the_provider_cannot_move_is_refused_with_those_it_can(
        self, currency, price, broken, near
    ):
        (refund,) = await proposed(tender("card", price), prices=(price,), currency=currency)
        less = {"note": "A strap is missing.", "clause": "return.condition"}

        with pytest.raises(Unprocessable, match=near) as refused:
            await approve(refund["id"], broken, **less)

        assert refused.value.code == "amount_not_payable"
        assert [one.pointer for one in refused.value.fields] == ["/amount"]
        await approve(refund["id"], price)

    @pytest.mark.parametrize(
        ("currency", "price", "least"),
        [("KWD", 12340, "0.010 KWD"), ("ISK", 150000, "1.00 ISK"), ("JPY", 1235, "1 JPY")],
    )
    async def test_is_at_least_what_the_provider_can_move(self, currency, price, least):
        (refund,) = await proposed(tender("card", price), prices=(price,), currency=currency)
        with pytest.raises(Unprocessable, match=f"At least {least} goes back") as refused:
            await approve(refund["id"], 0)

        assert refused.value.code == "amount_too_small"

    async def test_of_yen_needs_no_decimals(self):
        (refund,) = await proposed(tender("card", 1235), prices=(1235,), currency="JPY")
        await approve(refund["id"], 1234, note="A strap.", clause="return.condition")

    async def test_that_is_paid_by_hand_may_be_any(self):
        (refund,) = await proposed(tender("gift_card", 12345), prices=(12345,), currency="KWD")
        await approve(refund["id"], 12345)


class TestTooLateForTheProvider:
    async def late(self, until: str | None = YESTERDAY) -> dict[str, Any]:
        (refund,) = await proposed(tender("card", 3000, refundable_until=until), prices=(3000,))
        return refund

    async def test_it_waits_with_its_reason_and_the_provider_is_asked_alone(self):
        refund = await self.late()
        await approve(refund["id"], 3000)

        shown = await read_refund(refund["id"])
        assert shown is not None
        assert (shown["state"], shown["manual_reason"]) == ("approved", "refundable_until_passed")
        assert (shown["by_hand"], shown["manual_since"]) == (True, None)
        jobs = {job["task_name"] for job in await rows("SELECT task_name FROM procrastinate_jobs")}
        assert jobs & {"execute_refund", "ask_about", "clear_payout"} == {"clear_payout"}
        assert await value("SELECT count(*) FROM messages WHERE template = 'refund_by_hand'") == 0

    async def test_nothing_is_recorded_before_the_provider_was_asked(self):
        refund = await self.late()
        with pytest.raises(Unprocessable, match="nothing to record"):
            await approve(refund["id"], 3000, external_reference="WIRE-1")
        await approve(refund["id"], 3000)
        with pytest.raises(Conflict, match="pay nothing until it has answered"):
            await record(refund["id"], "WIRE-1")

        assert await value("SELECT state FROM refunds") == "approved"

    async def test_the_day_itself_is_not_too_late_before_its_moment(self):
        refund = await self.late("2026-03-30T12:00:01Z")
        await approve(refund["id"], 3000)

        assert await value("SELECT manual_reason FROM refunds") is None
