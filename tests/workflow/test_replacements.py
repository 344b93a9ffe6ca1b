"""The same thing again: planned, moved on, given up; and what its money comes to then."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.cancel_replacement import cancel_replacement
from returns_engine.workflow.judge_request import judge_request
from returns_engine.workflow.refusals import NotFound, StaleVersion, Unprocessable
from returns_engine.workflow.refuse_refund import refuse_refund
from returns_engine.workflow.replace_item import (
    await_stock,
    deliver_replacement,
    order_replacement,
    ship_replacement,
)
from returns_engine.workflow.review_return import approve_return
from tests.workflow.orders import NOW, a_line, a_payment, a_request, an_order, asked
from tests.workflow.shop import (
    FINANCE,
    POLICY,
    SUPPORT,
    approve,
    come_back,
    good,
    inspect,
    opened,
    put_order,
    receive,
    refunds_of,
    rows,
    the_return,
    value,
)

BY_SUPPORT = {"actor": SUPPORT, "now": NOW}
pytestmark = pytest.mark.usefixtures("database")


def three_units(**changes: Any) -> dict[str, Any]:
    """Three units of ten, less a discount that does not divide: 666, 667 and 667."""
    line = a_line(quantity=3, unit_price=1000, tax=0, **changes)
    return an_order(line, discount=1000, payments=[a_payment(captured=2000)])


async def defective(units: int = 1, **changes: Any) -> str:
    """A return for our fault of which the customer wants the same thing again, approved."""
    lines = asked(quantity=units, **({"reason": "defective"} | changes))
    number = await opened(lines, resolution="replacement")
    await approve_return(number, policy=POLICY, actor=SUPPORT, now=NOW)
    return number


async def planned(document: dict[str, Any] | None = None, units: int = 1) -> tuple[str, UUID]:
    """A return with a replacement that is planned; gives number and id."""
    await put_order(document=document or three_units())
    number = await defective(units)
    await come_back(number, {"L1": units})
    return number, (await replacements_of(number))[0]["id"]


async def replacements_of(number: str) -> list[Any]:
    return list(
        await rows(
            "SELECT p.* FROM replacements p JOIN returns r ON r.id = p.return_id"
            " WHERE r.number = $1 ORDER BY p.planned_at, p.id",
            number,
        )
    )


async def the_line(number: str) -> dict[str, Any]:
    found = await rows(
        "SELECT l.* FROM return_lines l JOIN returns r ON r.id = l.return_id WHERE r.number = $1",
        number,
    )
    return dict(found[0])


async def order(replacement_id: UUID, number: str = "EKR-2002") -> None:
    await order_replacement(replacement_id, external_order=number, policy=POLICY, **BY_SUPPORT)


async def ship(replacement_id: UUID, tracking_number: str = "1z 999-aa1 01234 56784") -> None:
    await ship_replacement(
        replacement_id, carrier="UPS", tracking_number=tracking_number, **BY_SUPPORT
    )


async def deliver(replacement_id: UUID) -> None:
    await deliver_replacement(replacement_id, **BY_SUPPORT)


async def cancel(replacement_id: UUID, reason: str = "No more of it is made.") -> None:
    await cancel_replacement(replacement_id, reason=reason, policy=POLICY, **BY_SUPPORT)


async def mails(number: str) -> list[str]:
    found = await rows(
        "SELECT m.template FROM messages m JOIN returns r ON r.id = m.return_id"
        " WHERE r.number = $1 ORDER BY m.created_at, m.template",
        number,
    )
    return [row["template"] for row in found]


class TestAReplacement:
    async def test_is_planned_instead_of_money_once_the_unit_was_accepted(self):
        number, _ = await planned()

        assert await refunds_of(number) == []
        assert (await the_return(number))["state"] == "settling"
        made = (await replacements_of(number))[0]
        assert (made["state"], made["quantity"], made["warranty_until"]) == ("planned", 1, None)

    async def test_goes_its_way_and_closes_the_return(self):
        number, one = await planned()
        await await_stock(one, expected_on=date(2026, 5, 4), policy=POLICY, **BY_SUPPORT)
        await order(one, " EKR-2002 ")
        await ship(one)
        assert (await the_return(number))["state"] == "settling"
        assert (await the_line(number))["replaced"] == 0
        await deliver(one)

        made = dict((await replacements_of(number))[0])
        assert made["state"] == "delivered"
        assert (made["external_order"], made["carrier"]) == ("EKR-2002", "ups")
        assert made["tracking_number"] == "1Z999AA10123456784"
        assert made["delivered_at"] == NOW
        assert made["version"] == 5
        line = await the_line(number)
        assert (line["replaced"], line["refunded"]) == (1, 0)
        assert (await the_return(number))["state"] == "closed"
        assert {"replacement_awaiting_stock", "replacement_ordered", "replacement_shipped"} <= set(
            await mails(number)
        )

    async def test_moves_only_as_its_table_says_and_leaves_no_trace_of_a_refusal(self):
        number, one = await planned()
        before = (await value("SELECT count(*) FROM events"), await mails(number))
        for act in (ship(one), deliver(one)):
            with pytest.raises(TransitionNotAllowed):
                await act
        await order(one)
        with pytest.raises(TransitionNotAllowed):
            await order(one, "EKR-3003")
        await ship(one)
        for act in (cancel(one), ship(one), order(one)):
            with pytest.raises(TransitionNotAllowed):
                await act

        assert await value("SELECT count(*) FROM events") == before[0] + 2
        assert len(await mails(number)) == len(before[1]) + 2
        assert (await replacements_of(number))[0]["external_order"] == "EKR-2002"

    async def test_waits_for_another_day_or_is_on_its_way_under_another_number(self):
        number, one = await planned()
        for day in (date(2026, 5, 4), date(2026, 5, 11)):
            await await_stock(one, expected_on=day, policy=POLICY, **BY_SUPPORT)
        assert (await replacements_of(number))[0]["expected_on"] == date(2026, 5, 11)
        with pytest.raises(TransitionNotAllowed):
            await await_stock(one, expected_on=date(2026, 5, 11), policy=POLICY, **BY_SUPPORT)
        await order(one)
        await ship(one)
        left = await value("SELECT shipped_at FROM replacements")
        later = BY_SUPPORT | {"now": BY_SUPPORT["now"] + timedelta(hours=1)}
        await ship_replacement(one, carrier="fedex", tracking_number="123456789012", **later)

        found = await value("SELECT carrier || ' ' || tracking_number FROM replacements")
        assert found == "fedex 123456789012"
        assert await value("SELECT shipped_at FROM replacements") == left
        written = await mails(number)
        assert written.count("replacement_awaiting_stock") == 2
        assert written.count("replacement_shipped") == 2

    async def test_is_known_by_its_id_and_version(self):
        _, one = await planned()

        with pytest.raises(NotFound):
            await deliver(uuid4())
        with pytest.raises(StaleVersion):
            await cancel_replacement(
                one, reason="x", policy=POLICY, expected_version=2, **BY_SUPPORT
            )

    async def test_takes_no_day_that_is_over_and_no_number_that_cannot_be(self):
        _, one = await planned()
        with pytest.raises(Unprocessable, match="lies in the past"):
            await await_stock(one, expected_on=date(2026, 3, 29), policy=POLICY, **BY_SUPPORT)
        with pytest.raises(Unprocessable, match="order of its own"):
            await order(one, "EKR-1001")
        await order(one)
        with pytest.raises(Unprocessable, match="5 to 40 letters and digits"):
            await ship(one, "n/a")

    async def test_is_moved_once_by_two_people_at_once(self):
        number, one = await planned()
        tries = await asyncio.gather(*[order(one) for _ in range(3)], return_exceptions=True)

        assert sum(isinstance(one, TransitionNotAllowed) for one in tries) == 2
        assert (await mails(number)).count("replacement_ordered") == 1


class TestACancelledReplacement:
    async def test_becomes_a_refund_of_exactly_its_units(self):
        number, one = await planned()
        await cancel(one)

        refund = (await refunds_of(number))[0]
        assert (refund["state"], refund["proposed"]) == ("proposed", 666)
        assert refund["inspectors"] == "[11]"
        line = await the_line(number)
        assert (line["proposed"], line["replaced"], line["refunded"]) == (1, 0, 0)
        assert (await the_return(number))["state"] == "settling"
        assert (await mails(number)).count("replacement_cancelled") == 1

        await approve(refund["id"], 666)
        assert await value("SELECT count(*) FROM procrastinate_jobs") > 0

    async def test_never_gives_both_money_and_goods(self):
        number, one = await planned()
        await cancel(one)
        for act in (order(one), deliver(one), cancel(one)):
            with pytest.raises(TransitionNotAllowed):
                await act

        assert len(await refunds_of(number)) == 1
        assert len(await replacements_of(number)) == 1

    async def test_by_two_people_at_once_is_refunded_once(self):
        number, one = await planned()
        tries = await asyncio.gather(*[cancel(one) for _ in range(4)], return_exceptions=True)

        assert sum(isinstance(one, TransitionNotAllowed) for one in tries) == 3
        assert len(await refunds_of(number)) == 1

    async def test_at_once_with_its_order_is_one_of_the_two(self):
        number, one = await planned()
        await asyncio.gather(cancel(one), order(one), cancel(one), return_exceptions=True)

        state = (await replacements_of(number))[0]["state"]
        assert state in {"cancelled", "ordered"}
        assert len(await refunds_of(number)) == (1 if state == "cancelled" else 0)

    async def test_is_never_planned_again_when_more_units_come(self):
        await put_order(document=three_units())
        number = await defective(2)
        await come_back(number, {"L1": 1})
        await cancel((await replacements_of(number))[0]["id"])
        await come_back(number, {"L1": 1})

        states = sorted(one["state"] for one in await replacements_of(number))
        assert states == ["cancelled", "planned"]
        assert [one["proposed"] for one in await refunds_of(number)] == [666]
        line = await the_line(number)
        assert (line["accepted"], line["proposed"]) == (2, 2)

    async def test_of_a_thing_that_the_customer_keeps_is_refunded_without_the_bench(self):
        await put_order(document=three_units())
        number = await opened(asked(reason="wrong_item"), resolution="replacement")
        await approve_return(number, policy=POLICY, actor=SUPPORT, now=NOW)
        made = (await replacements_of(number))[0]
        assert (made["state"], made["items"]) == ("planned", 666)
        await cancel(made["id"])

        refund = (await refunds_of(number))[0]
        assert (refund["proposed"], refund["inspectors"]) == (666, "[]")
        await approve(refund["id"], 666)
        assert (await the_return(number))["state"] == "settling"

    async def test_closes_the_return_when_its_refund_is_refused(self):
        number, one = await planned()
        await cancel(one)
        refund = (await refunds_of(number))[0]
        await refuse_refund(refund["id"], reason="Paid in cash.", actor=FINANCE, now=NOW)

        assert (await the_return(number))["state"] == "closed"
        assert (await the_line(number))["refunded"] == 0

    async def test_worth_nothing_is_settled_without_a_refund(self):
        gift = an_order(
            a_line(quantity=1, unit_price=0, tax=0), discount=0, payments=[a_payment(captured=0)]
        )
        number, one = await planned(gift)
        await cancel(one)

        assert await refunds_of(number) == []
        assert (await the_line(number))["refunded"] == 1
        assert (await the_return(number))["state"] == "closed"
        said = await value("SELECT context FROM messages WHERE template = 'replacement_cancelled'")
        assert '"refund_follows": false' in said


class TestTheMoneyOfACancelledReplacement:
    @pytest.mark.parametrize("cancelled_after", range(3))
    async def test_is_what_the_unit_was_worth_in_the_order_of_inspection(
        self, cancelled_after: int
    ):
        """One unit is replaced, two are refunded; cancelled early or late the sum is the same."""
        await put_order(document=three_units())
        number = await defective()
        await come_back(number, {"L1": 1})
        one = (await replacements_of(number))[0]["id"]
        amounts = []
        for turn in range(3):
            if turn == cancelled_after:
                await cancel(one)
            if turn < 2:
                other = await opened(asked())
                amounts += [refund["proposed"] for refund in await come_back(other, {"L1": 1})]
        amounts += [refund["proposed"] for refund in await refunds_of(number)]

        assert amounts == [667, 667, 666]

    async def test_counts_beside_what_is_refunded_of_the_same_line_at_once(self):
        await put_order(document=three_units())
        number = await opened(
            asked(reason="defective"), asked(reason="changed_mind"), resolution="replacement"
        )
        await approve_return(number, policy=POLICY, actor=SUPPORT, now=NOW)
        await come_back(number, {"L1": 2})
        await cancel((await replacements_of(number))[0]["id"])
        amounts = [refund["proposed"] for refund in await refunds_of(number)]
        other = await opened(asked())
        amounts += [refund["proposed"] for refund in await come_back(other, {"L1": 1})]

        assert sum(amounts) == 2000

    async def test_has_the_outbound_shipping_with_it(self):
        paid = an_order(
            a_line(quantity=3, unit_price=1000, tax=0),
            discount=0,
            shipping=500,
            payments=[a_payment(captured=3500)],
        )
        number, one = await planned(paid)
        await cancel(one)

        refund = (await refunds_of(number))[0]
        assert (refund["items"], refund["shipping"], refund["proposed"]) == (1000, 166, 1166)

    async def test_is_worked_out_where_nobody_kept_what_it_was_worth(self):
        """As for one that an older version of the engine had planned."""
        number, one = await planned()
        await the_engine().fetch_rows(
            "UPDATE replacements SET items = NULL, tax = NULL, shipping = NULL"
        )
        await cancel(one)

        assert [refund["proposed"] for refund in await refunds_of(number)] == [666]


COVER = a_line(kind="custom", quantity=1, sku="CUB-1")


async def failed_cover() -> tuple[str, UUID]:
    """A warranty claim whose cover the bench found to have failed by itself."""
    await put_order(document=an_order(COVER, discount=0))
    number = await opened(asked(cause="seam_failure"), kind="warranty")
    await approve_return(number, policy=POLICY, actor=SUPPORT, now=NOW)
    await receive(number, {"L1": 1})
    await inspect(number, good(found_cause="seam_failure"))
    return number, (await replacements_of(number))[0]["id"]


class TestAWarrantyReplacement:
    async def test_keeps_the_end_of_the_originals_warranty(self):
        number, _ = await failed_cover()

        made = (await replacements_of(number))[0]
        assert made["warranty_until"] == date(2028, 3, 1)
        assert await refunds_of(number) == []

    async def test_hands_its_end_on_to_the_order_the_shop_made_of_it(self):
        _, one = await failed_cover()
        await order(one, "EKR-2002")
        new = an_order(
            COVER,
            a_line("L2", kind="custom", quantity=1, sku="CUB-2"),
            discount=0,
            payments=[a_payment(reference="pi_2")],
        )
        await put_order("EKR-2002", new)

        answers = {line_id: await last_day(line_id) for line_id in ("L1", "L2")}
        assert answers == {"L1": "2028-03-01", "L2": "2028-03-01"}
        await the_engine().fetch_rows("UPDATE replacements SET warranty_until = '2027-07-07'")
        answers = {line_id: await last_day(line_id) for line_id in ("L1", "L2")}
        assert answers == {"L1": "2027-07-07", "L2": "2028-03-01"}

    async def test_does_not_cut_the_warranty_of_what_was_bought_beside_it(self):
        _, one = await failed_cover()
        await order(one, "EKR-2002")
        two = an_order(COVER | {"quantity": 2}, discount=0, payments=[a_payment(reference="pi_2")])
        await put_order("EKR-2002", two)
        await the_engine().fetch_rows("UPDATE replacements SET warranty_until = '2027-07-07'")

        assert await last_day("L1") == "2028-03-01"

    async def test_that_is_cancelled_is_refunded_at_the_price_of_the_cover(self):
        number, one = await failed_cover()
        await cancel(one)

        assert [refund["proposed"] for refund in await refunds_of(number)] == [12995 + 2079]


async def last_day(line_id: str) -> str:
    """The last day of the warranty of a line of EKR-2002, as a claim would be answered."""
    claim = a_request(
        asked(line_id, cause="seam_failure"), order_number="EKR-2002", kind="warranty"
    )
    decision = await judge_request(claim, policy=POLICY, as_of=NOW)
    return str(decision["lines"][0]["window"]["last_day"])
