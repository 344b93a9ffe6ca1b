"""Cancelled before it left; and what happens where it leaves all the same."""

import asyncio
from typing import Any

import pytest

from returns_engine.tables.messages import Message
from returns_engine.workflow.hold_cancellation import hold_cancellation
from returns_engine.workflow.refusals import Conflict
from returns_engine.workflow.refuse_refund import refuse_refund
from returns_engine.workflow.request_return import Declined
from returns_engine.workflow.review_return import approve_return, decline_return
from tests.workflow.orders import NOW, a_line, a_payment, a_shipment, an_order, asked
from tests.workflow.shop import (
    FINANCE,
    POLICY,
    SUPPORT,
    approve,
    ask,
    come_back,
    opened,
    put_order,
    refunds_of,
    rows,
    the_return,
    value,
)

CUSTOM = a_line(kind="custom", quantity=1)
STARTED = "2026-03-01T09:00:00Z"


def cancelled(*lines: dict[str, Any], **changes: Any) -> Any:
    return opened(*(lines or [asked()]), kind="cancellation", **changes)


def not_shipped(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return an_order(*lines, **{"shipments": [], "status": "processing"} | changes)


async def letters() -> list[str]:
    found = await Message.select(Message.template).order_by(Message.created_at, Message.id)
    return sorted(row["template"] for row in found)


async def ship(units: int, **changes: Any) -> None:
    """Import the order anew with so many units of it in a parcel."""
    parcels = [a_shipment(inside={"L1": units})] if units else [a_shipment() | {"lines": []}]
    await put_order(document=not_shipped(shipments=parcels, **changes))


async def jobs(task: str) -> int:
    return await value("SELECT count(*) FROM procrastinate_jobs WHERE task_name = $1", task)


@pytest.mark.usefixtures("database")
class TestACancellation:
    async def test_settles_at_once_and_speaks_of_no_parcel(self):
        await put_order(document=not_shipped())

        number = await cancelled(asked(quantity=2))

        assert (await the_return(number))["state"] == "settling"
        assert [row["proposed"] for row in await refunds_of(number)] == [27069]
        assert await letters() == ["request_accepted"]
        assert await jobs("issue_label") == 0

    async def test_takes_the_units_that_were_not_shipped_and_no_other(self):
        document = not_shipped(
            a_line(quantity=3),
            payments=[a_payment(captured=40064)],
            shipments=[a_shipment(inside={"L1": 1})],
        )
        await put_order(document=document)

        too_many = await ask(asked(quantity=3), kind="cancellation")
        assert isinstance(too_many, Declined)
        assert too_many.code == "exceeds_returnable"

        await cancelled(asked(quantity=2))
        again = await ask(asked(quantity=1), kind="cancellation")
        assert isinstance(again, Declined)

    async def test_gives_the_shipping_back_pro_rata(self):
        document = not_shipped(shipping=1000, payments=[a_payment(captured=28069)])
        await put_order(document=document)

        first = (await refunds_of(await cancelled()))[0]
        second = (await refunds_of(await cancelled()))[0]

        assert (first["shipping"], second["shipping"]) == (500, 500)
        assert first["proposed"] + second["proposed"] == 28069

    async def test_of_a_canceled_order_is_refused_with_its_clause(self):
        await put_order(document=not_shipped(status="canceled"))

        refused = await ask(kind="cancellation")

        assert isinstance(refused, Declined)
        assert (refused.code, refused.says) == ("order_canceled", POLICY.says("order.state"))

    async def test_of_a_cover_in_production_waits_for_a_person(self):
        await put_order(
            document=not_shipped(
                CUSTOM,
                production_started_at=STARTED,
                payments=[a_payment(captured=14074)],
            )
        )
        number = await cancelled()
        case = await the_return(number)
        assert (case["permission"], case["state"]) == ("in_review", "in_review")
        assert await letters() == ["return_in_review"]

        await approve_return(number, policy=POLICY, actor=SUPPORT, now=NOW)

        assert (await the_return(number))["state"] == "settling"
        assert len(await refunds_of(number)) == 1
        assert await letters() == ["request_accepted", "return_in_review"]

    async def test_of_a_cover_before_production_needs_nobody(self):
        await put_order(document=not_shipped(CUSTOM, payments=[a_payment(captured=14074)]))

        assert (await the_return(await cancelled()))["state"] == "settling"


@pytest.mark.usefixtures("database")
class TestUnitsShippedAllTheSame:
    async def test_hold_the_cancellation_and_its_refund(self):
        await put_order(document=not_shipped())
        number = await cancelled(asked(quantity=2))

        await ship(1)
        assert await jobs("hold_cancellation") == 1
        for _ in range(2):
            await hold_cancellation(number, now=NOW)

        assert (await the_return(number))["on_hold"]
        held = await rows("SELECT data FROM events WHERE type = 'cancellation.held'")
        assert len(held) == 1
        refund = (await refunds_of(number))[0]
        with pytest.raises(Conflict) as refused:
            await approve(refund["id"], refund["proposed"])
        assert refused.value.code == "shipped_meanwhile"

    async def test_hold_the_refund_even_before_the_job_has_run(self):
        await put_order(document=not_shipped())
        number = await cancelled(asked(quantity=2))
        await ship(2)

        refund = (await refunds_of(number))[0]
        with pytest.raises(Conflict):
            await approve(refund["id"], refund["proposed"])

    async def test_let_it_go_on_once_the_parcel_was_stopped(self):
        await put_order(document=not_shipped())
        number = await cancelled(asked(quantity=2))
        await ship(2)
        await hold_cancellation(number, now=NOW)

        await ship(0)
        await hold_cancellation(number, now=NOW)

        assert not (await the_return(number))["on_hold"]
        refund = (await refunds_of(number))[0]
        await approve(refund["id"], refund["proposed"])
        assert (await refunds_of(number))[0]["state"] == "approved"

    async def test_can_be_sent_back_once_the_refund_was_refused(self):
        await put_order(document=not_shipped())
        number = await cancelled(asked(quantity=2))
        await ship(2)
        await hold_cancellation(number, now=NOW)
        assert isinstance(await ask(), Declined), "the cancellation holds them still"

        refund = (await refunds_of(number))[0]
        await refuse_refund(
            refund["id"], reason="It was on its way already.", actor=FINANCE, now=NOW
        )

        case = await the_return(number)
        assert (case["state"], case["on_hold"]) == ("closed", False)
        back = await opened(asked(quantity=2))
        assert (await the_return(back))["state"] == "approved"

    async def test_are_worth_their_price_when_they_come_back(self):
        await put_order(document=not_shipped())
        number = await cancelled(asked(quantity=2))
        await ship(2)
        refund = (await refunds_of(number))[0]
        await refuse_refund(refund["id"], reason="Too late.", actor=FINANCE, now=NOW)

        back = await come_back(await opened(asked(quantity=2)), {"L1": 2})

        assert [row["proposed"] for row in back] == [27069]

    async def test_keep_a_case_in_review_from_being_approved(self):
        document = not_shipped(
            CUSTOM, production_started_at=STARTED, payments=[a_payment(captured=14074)]
        )
        await put_order(document=document)
        number = await cancelled()
        await put_order(document=document | {"shipments": [a_shipment(inside={"L1": 1})]})

        with pytest.raises(Conflict) as refused:
            await approve_return(number, policy=POLICY, actor=SUPPORT, now=NOW)
        assert refused.value.code == "shipped_meanwhile"

        await decline_return(number, reason="It left this morning.", actor=SUPPORT, now=NOW)
        assert not (await the_return(number))["on_hold"]
        assert isinstance(await ask(), Declined), "made for the car: no change of mind"
        await opened(asked(reason="defective"))

    @pytest.mark.parametrize("first", ["customer", "shop"])
    async def test_at_the_same_moment_are_never_paid_for_silently(self, first):
        await put_order(document=not_shipped())
        both = [ask(asked(quantity=2), kind="cancellation"), ship(2)]
        if first == "shop":
            both.reverse()

        answers = await asyncio.gather(*both)

        answer = next(one for one in answers if one is not None)
        held = await jobs("hold_cancellation")
        assert isinstance(answer, Declined) is (held == 0)

    async def test_of_others_hold_nothing(self):
        await put_order(document=not_shipped(a_line(quantity=2)))
        number = await cancelled(asked(quantity=1))

        await ship(1)

        assert await jobs("hold_cancellation") == 0
        await hold_cancellation(number, now=NOW)
        assert not (await the_return(number))["on_hold"]
