"""What the customer keeps: no parcel, no bench, and the rest of the return goes its way."""

from typing import Any

import pytest

from returns_engine.queries.audit import verify_chains
from returns_engine.queries.return_view import read_return
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.permission import PermissionEvent
from returns_engine.tables.engine import transaction
from returns_engine.tables.returns import ReturnLine
from returns_engine.workflow.issue_label import _LINES as PRINTED
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import Unprocessable
from returns_engine.workflow.request_return import Declined
from returns_engine.workflow.return_case import load_case, save_case
from returns_engine.workflow.review_return import approve_return, withdraw_return
from tests.workflow.orders import NOW, a_line, a_payment, an_order, asked
from tests.workflow.shop import (
    DANA,
    POLICY,
    SUPPORT,
    approve,
    ask,
    good,
    inspect,
    let_through,
    opened,
    put_order,
    receive,
    refunds_of,
    rows,
    the_return,
    value,
)

pytestmark = pytest.mark.usefixtures("database")

HOLDER = a_line("L2", quantity=2, unit_price=350, tax=56, category="accessory")


async def an_order_with_a_holder(**changes: Any) -> None:
    lines = (a_line(quantity=2), HOLDER)
    payments = [a_payment(captured=27825 + changes.get("shipping", 0), provider="external")]
    await put_order(document=an_order(*lines, payments=payments, **changes))


async def kept(*more: dict[str, Any], **wish: Any) -> str:
    return await let_through(asked("L2", reason="wrong_item"), *more, **wish)


async def tasks() -> set[str]:
    return {row["task_name"] for row in await rows("SELECT task_name FROM procrastinate_jobs")}


class TestAnItemThatIsKept:
    async def test_waits_for_a_person_before_anything_is_made_for_it(self):
        await an_order_with_a_holder()
        number = await opened(asked("L2", reason="wrong_item"))

        assert (await the_return(number))["state"] == "in_review"
        assert await refunds_of(number) == []
        assert await value("SELECT count(*) FROM compensations") == 0

    async def test_is_refunded_without_a_parcel(self):
        await an_order_with_a_holder(shipping=500)
        number = await kept()
        case = await the_return(number)
        (refund,) = await refunds_of(number)

        assert (case["state"], case["goods_expected"]) == ("settling", False)
        assert (refund["items"], refund["tax"], refund["shipping"]) == (337, 28, 6)
        assert "issue_label" not in await tasks()
        assert "item_kept" in {m["template"] for m in await rows("SELECT template FROM messages")}
        await approve(refund["id"], refund["proposed"], external_reference="PP-1")
        assert (await the_return(number))["state"] == "closed"
        assert (await verify_chains()).ok

    async def test_is_sent_right_without_a_parcel_and_with_the_gift(self):
        await an_order_with_a_holder()
        number = await kept(resolution="replacement")
        shown = await read_return(number)

        assert shown is not None
        assert [one["state"] for one in shown["replacements"]] == ["planned"]
        assert [one["what"] for one in shown["compensations"]] == ["phone case"]
        assert shown["lines"][0]["goods_expected"] is False

    async def test_takes_no_parcel_in(self):
        await an_order_with_a_holder()
        number = await kept()
        with pytest.raises(TransitionNotAllowed):
            await receive(number, {"L2": 1})

    async def test_is_not_asked_for_twice(self):
        await an_order_with_a_holder()
        await kept(asked("L2", reason="wrong_item"))
        answer = await ask(asked("L2", reason="wrong_item"))

        assert isinstance(answer, Declined)
        assert answer.code == "exceeds_returnable"

    async def test_is_not_kept_beyond_its_worth_by_asking_again(self):
        await put_order(document=an_order(a_line(quantity=3, unit_price=600, tax=0), discount=0))
        await let_through(asked("L1", reason="wrong_item"))
        again = await let_through(asked("L1", reason="wrong_item"))

        assert (await the_return(again))["goods_expected"] is True


class TestAReturnOfWhichAPartIsKept:
    async def test_settles_the_kept_part_at_once_and_labels_the_other(self):
        await an_order_with_a_holder()
        number = await kept(asked("L1"))
        case = await the_return(number)

        assert (case["state"], case["goods_expected"]) == ("approved", True)
        assert [one["items"] for one in await refunds_of(number)] == [337]
        assert "issue_label" in await tasks()
        assert [row["units"] for row in await rows(PRINTED, case["id"])] == [1]

    async def test_ends_when_both_parts_have(self):
        await an_order_with_a_holder()
        number = await kept(asked("L1", 2))
        await receive(number, {"L1": 2})
        assert (await the_return(number))["state"] == "received"
        await inspect(number, good("L1", 2))
        refunds = await refunds_of(number)
        for place, refund in enumerate(refunds):
            assert (await the_return(number))["state"] == "settling"
            await approve(refund["id"], refund["proposed"], external_reference=f"PP-{place}")

        assert (await the_return(number))["state"] == "closed"
        lines = await ReturnLine.select().order_by(ReturnLine.id)
        assert [line["refunded"] for line in lines] == [1, 2]
        assert (await verify_chains()).ok

    async def test_refuses_a_parcel_with_what_is_kept(self):
        await an_order_with_a_holder()
        number = await kept(asked("L1"))
        with pytest.raises(Unprocessable) as refused:
            await receive(number, {"L1": 1, "L2": 1})

        assert refused.value.code == "exceeds_expected"
        assert await value("SELECT sum(received)::int FROM return_lines") == 0

    async def test_cannot_be_withdrawn_once_the_kept_part_is_settled(self):
        await an_order_with_a_holder()
        number = await kept(asked("L1"))
        with pytest.raises(TransitionNotAllowed):
            await withdraw_return(number, actor=DANA, now=NOW)

    async def test_holds_the_kept_units_when_its_label_expires_and_frees_the_others(self):
        await an_order_with_a_holder()
        number = await kept(asked("L2", reason="wrong_item"), asked("L1"))
        async with transaction():
            case = await load_case(number)
            case.permit(PermissionEvent.EXPIRE, NewEvent(type="return.expired"))
            await save_case(case, actor=SUPPORT, now=NOW)

        answer = await ask(asked("L2", reason="wrong_item"))
        assert isinstance(answer, Declined)
        assert answer.code == "exceeds_returnable"
        assert (await the_return(await opened(asked("L1", 2))))["state"] == "approved"
        assert (await verify_chains()).ok


class TestAPersonWhoApproves:
    async def test_lets_the_item_be_kept_by_that(self):
        await an_order_with_a_holder()
        number = await opened(asked("L2", reason="wrong_item"))
        await approve_return(number, policy=POLICY, actor=SUPPORT, now=NOW)

        assert (await the_return(number))["state"] == "settling"
        assert [one["kind"] for one in await rows("SELECT kind FROM compensations")] == ["coupon"]
