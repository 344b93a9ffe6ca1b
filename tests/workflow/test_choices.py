"""Choices put to customers: what may be offered, what choosing does, and what silence means."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from returns_engine.queries.choice_view import read_choice
from returns_engine.queries.return_view import read_return
from returns_engine.rules.actor import Actor
from returns_engine.rules.choice import NOTHING_KNOWN, ChoiceKind, ChoiceOption, StockNews
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.words import ActorKind
from returns_engine.tables.returns import Return
from returns_engine.workflow.choose_option import choose_option
from returns_engine.workflow.end_choices import default_choices, end_waits, remind_of_choices
from returns_engine.workflow.handle_choice import carry_out_choice, withdraw_choice
from returns_engine.workflow.offer_choice import Offer, offer_choice
from returns_engine.workflow.refusals import Conflict, NotFound, Refusal, Unprocessable
from returns_engine.workflow.review_return import (
    approve_return,
    decline_return,
    withdraw_return,
)
from tests.workflow.orders import NOW, a_line, a_shipment, an_order, asked
from tests.workflow.shop import (
    DANA,
    POLICY,
    SUPPORT,
    opened,
    put_order,
    refunds_of,
    rows,
    the_return,
    value,
)

pytestmark = pytest.mark.usefixtures("database")

STRANGER = Actor(kind=ActorKind.CUSTOMER, order="EKR-2")
SOON = StockNews(restock_on=date(2026, 4, 20))
AFTER = NOW + timedelta(days=8)


async def not_shipped(**changes: Any) -> None:
    """Two covers, paid with 500 for shipping, none of them sent yet."""
    document = an_order(
        shipments=[], status="processing", shipping=500, payments=[{**PAYMENT}], **changes
    )
    await put_order(document=document)


PAYMENT = an_order()["payments"][0] | {"captured": 27569}


async def offered(
    news: StockNews = NOTHING_KNOWN, *, units: int = 2, skus: tuple[str, ...] = ()
) -> UUID:
    offer = Offer(kind=ChoiceKind.OUT_OF_STOCK, units=[("L1", units)], news=news, swap_skus=skus)
    return await offer_choice("EKR-1001", offer, actor=SUPPORT, policy=POLICY, now=NOW)


async def undeliverable(units: int = 2) -> UUID:
    offer = Offer(kind=ChoiceKind.UNDELIVERABLE, units=[("L1", units)])
    return await offer_choice("EKR-1001", offer, actor=SUPPORT, policy=POLICY, now=NOW)


async def choose(
    choice_id: UUID,
    option: str,
    *,
    sku: str | None = None,
    actor: Actor = DANA,
    now: datetime = NOW,
) -> None:
    await choose_option(
        choice_id, option=ChoiceOption(option), sku=sku, actor=actor, policy=POLICY, now=now
    )


async def the_choice(choice_id: UUID) -> dict[str, Any]:
    found = await read_choice(choice_id)
    assert found is not None
    return found


async def mails() -> list[str]:
    sql = (
        "SELECT template FROM messages WHERE template LIKE 'choice%' ORDER BY created_at, template"
    )
    return [row["template"] for row in await rows(sql)]


async def events(chain: str) -> list[str]:
    found = await rows("SELECT type FROM events WHERE chain = $1 ORDER BY sequence", chain)
    return [row["type"] for row in found]


async def refused(code: str, offer: Offer) -> Refusal:
    before = await value("SELECT count(*) FROM choices")
    with pytest.raises(Refusal) as refusal:
        await offer_choice("EKR-1001", offer, actor=SUPPORT, policy=POLICY, now=NOW)
    assert refusal.value.code == code
    assert await value("SELECT count(*) FROM choices") == before
    return refusal.value


def stock(*units: tuple[str, int], **more: Any) -> Offer:
    return Offer(kind=ChoiceKind.OUT_OF_STOCK, units=units or [("L1", 1)], **more)


class TestOffering:
    async def test_keeps_the_choice_and_mails_its_link(self):
        await not_shipped()
        choice = await the_choice(await offered(SOON, skus=("EKR-GRY",)))

        assert (choice["state"], choice["kind"], choice["default"]) == (
            "open",
            "out_of_stock",
            "wait",
        )
        assert choice["options"] == ["wait", "swap", "cancel"]
        assert choice["lines"][0]["quantity"] == 2
        assert (choice["chosen"], choice["done"], choice["version"]) == (None, None, 1)
        assert choice["deadline"] == "2026-04-07T03:59:59Z"
        assert await mails() == ["choice_out_of_stock"]
        assert (await events("order:EKR-1001"))[-1] == "choice.offered"
        told = await value("SELECT data FROM events WHERE type = 'choice.offered'")
        assert json.loads(told)["deadline"] == "2026-04-07T03:59:59Z"

    async def test_opens_a_delivery_problem_in_review(self):
        await put_order()
        choice = await the_choice(await undeliverable())
        case = await the_return(choice["return_number"])

        assert (case["kind"], case["state"]) == ("delivery_problem", "in_review")
        assert (choice["default"], choice["options"]) == ("refund", ["refund", "reship"])
        assert await mails() == ["choice_undeliverable"]
        assert (await events(case["number"]))[-1] == "choice.offered"

    async def test_leaves_it_to_the_customer_and_promises_no_answer_of_ours_meanwhile(self):
        await put_order()
        choice_id = await undeliverable()
        number = (await the_choice(choice_id))["return_number"]
        case = await read_return(number)
        assert case is not None
        assert (case["next_step"]["who"], case["promises"]) == ("customer", [])

        await withdraw_choice(choice_id, reason="It arrived.", actor=SUPPORT, now=NOW)
        case = await read_return(number)
        assert case is not None
        assert case["next_step"]["who"] == "merchant"
        assert [promise["what"] for promise in case["promises"]] == ["answer"]

    async def test_is_for_units_that_were_not_shipped(self):
        await put_order()

        refusal = await refused("exceeds_returnable", stock(("L1", 1)))
        assert refusal.fields[0].pointer == "/lines/0/quantity"

    async def test_is_for_shipped_units_where_a_parcel_is_undeliverable(self):
        await not_shipped()

        await refused("not_shipped", Offer(kind=ChoiceKind.UNDELIVERABLE, units=[("L1", 1)]))

    async def test_is_not_for_units_that_were_cancelled(self):
        await not_shipped()
        await opened(asked(quantity=1), kind="cancellation")

        await refused("exceeds_returnable", stock(("L1", 2)))
        await offered(units=1)

    async def test_is_not_for_an_order_that_nobody_paid(self):
        await not_shipped(paid_at=None)

        await refused("order_unpaid", stock())

    async def test_is_refused_for_lines_that_do_not_fit(self):
        await not_shipped()

        await refused("request_not_judged", stock(("L9", 1)))
        await refused("request_not_judged", stock(("L1", 0)))
        await refused("line_named_twice", stock(("L1", 1), ("L1", 1)))

    async def test_is_refused_for_days_that_make_no_sense(self):
        await not_shipped()
        past = StockNews(restock_on=date(2026, 3, 29))
        backwards = StockNews(restock_on=date(2026, 4, 20), restock_until=date(2026, 4, 19))

        assert (await refused("in_the_past", stock(news=past))).fields[0].pointer == "/restock_on"
        await refused("restock_reversed", stock(news=backwards))
        no_stock = Offer(kind=ChoiceKind.UNDELIVERABLE, units=[("L1", 1)], news=SOON)
        await refused("not_for_this_kind", no_stock)

    async def test_asks_about_a_line_once_at_a_time(self):
        await not_shipped()
        await offered(units=1)

        await refused("choice_open", stock(("L1", 1)))

    async def test_at_the_same_time_by_two_people_gives_one_choice(self):
        await not_shipped()
        found = await asyncio.gather(offered(), offered(), return_exceptions=True)

        assert sorted(type(one).__name__ for one in found) == ["Conflict", "UUID"]

    async def test_again_after_a_wait_is_a_repeated_delay(self):
        await not_shipped()
        first = await offered(SOON)
        assert (await the_choice(first))["default"] == "wait"
        await choose(first, "wait")
        second = await the_choice(await offered(SOON))

        assert (second["repeated"], second["default"]) == (True, "cancel")

    async def test_again_after_it_was_taken_back_is_the_first_notice_still(self):
        await not_shipped()
        await withdraw_choice(await offered(SOON), reason="Found one.", actor=SUPPORT, now=NOW)

        assert (await the_choice(await offered(SOON)))["default"] == "wait"

    async def test_again_for_the_rest_of_a_line_that_was_cancelled_is_the_first_notice(self):
        await not_shipped()
        await choose(await offered(SOON, units=1), "cancel")

        assert (await the_choice(await offered(SOON, units=1)))["default"] == "wait"


class TestChoosingToCancel:
    async def test_proposes_all_that_was_paid_shipping_included(self):
        await not_shipped()
        choice_id = await offered()
        await choose(choice_id, "cancel")

        choice = await the_choice(choice_id)
        case = await the_return(choice["return_number"])
        refunds = await refunds_of(case["number"])
        assert (case["kind"], case["state"], case["overridden"]) == (
            "cancellation",
            "settling",
            False,
        )
        assert [refund["proposed"] for refund in refunds] == [27569]
        assert (choice["state"], choice["chosen"]["option"], choice["chosen"]["by"]) == (
            "chosen",
            "cancel",
            "customer",
        )
        assert await mails() == ["choice_made", "choice_out_of_stock"]
        told = await events(case["number"])
        assert told[:2] == ["return.requested", "return.approved"]
        reason = await value("SELECT reason FROM return_lines")
        assert reason == "out_of_stock"

    async def test_is_approved_for_a_custom_cover_in_production_because_we_offered_it(self):
        await not_shipped(
            lines=[a_line(kind="custom")], production_started_at="2026-03-20T00:00:00Z"
        )
        choice_id = await offered()
        await choose(choice_id, "cancel")

        case = await the_return((await the_choice(choice_id))["return_number"])
        assert (case["state"], case["overridden"]) == ("settling", True)
        overridden = await rows(
            "SELECT reason, data->>'rule' AS rule FROM events WHERE type = 'rule.overridden'"
        )
        assert [tuple(one) for one in overridden] == [("choice", "order_state")]

    async def test_cancels_what_is_left_where_a_part_was_shipped_meanwhile(self):
        await not_shipped()
        choice_id = await offered()
        shipped = an_order(
            shipping=500, payments=[PAYMENT], shipments=[a_shipment(inside={"L1": 1})]
        )
        await put_order(document=shipped)
        await choose(choice_id, "cancel")

        assert await value("SELECT requested FROM return_lines") == 1

    async def test_is_overtaken_where_all_of_it_was_shipped(self):
        await not_shipped()
        choice_id = await offered()
        await put_order(document=an_order(shipping=500, payments=[PAYMENT]))
        with pytest.raises(Conflict) as refusal:
            await choose(choice_id, "cancel")

        assert refusal.value.code == "choice_overtaken"
        assert (await the_choice(choice_id))["state"] == "open"
        await default_choices(policy=POLICY, now=AFTER)
        assert (await the_choice(choice_id))["state"] == "withdrawn"
        assert await Return.count() == 0


class TestChoosing:
    async def test_to_wait_is_written_down_and_carried_out_by_the_staff(self):
        await not_shipped()
        choice_id = await offered(SOON)
        await choose(choice_id, "wait")
        await carry_out_choice(choice_id, reference="S-77", actor=SUPPORT, now=NOW)

        choice = await the_choice(choice_id)
        assert (choice["chosen"]["option"], choice["done"]["reference"]) == ("wait", "S-77")
        assert await Return.count() == 0
        with pytest.raises(TransitionNotAllowed):
            await carry_out_choice(choice_id, reference="S-78", actor=SUPPORT, now=NOW)

    async def test_something_else_names_one_of_the_suggested_items(self):
        await not_shipped()
        choice_id = await offered(skus=("EKR-GRY", "EKR-RED"))
        for sku in (None, "EKR-BLU"):
            with pytest.raises(Unprocessable) as refusal:
                await choose(choice_id, "swap", sku=sku)
            assert refusal.value.code == "unknown_sku"
        await choose(choice_id, "swap", sku="EKR-RED")

        assert (await the_choice(choice_id))["chosen"]["sku"] == "EKR-RED"

    async def test_names_no_item_with_anything_else(self):
        await not_shipped()
        choice_id = await offered(skus=("EKR-GRY",))
        with pytest.raises(Unprocessable):
            await choose(choice_id, "wait", sku="EKR-GRY")

    async def test_takes_what_was_offered_alone(self):
        await not_shipped()
        choice_id = await offered()
        with pytest.raises(Unprocessable) as refusal:
            await choose(choice_id, "reship")

        assert refusal.value.code == "option_not_offered"
        assert (await the_choice(choice_id))["state"] == "open"

    async def test_happens_once(self):
        await not_shipped()
        choice_id = await offered()
        found = await asyncio.gather(
            choose(choice_id, "cancel"), choose(choice_id, "wait"), return_exceptions=True
        )

        assert [type(one) for one in found].count(TransitionNotAllowed) == 1
        with pytest.raises(TransitionNotAllowed):
            await choose(choice_id, "cancel")

    async def test_is_for_the_orders_own_customer(self):
        await not_shipped()
        choice_id = await offered()
        with pytest.raises(NotFound):
            await choose(choice_id, "cancel", actor=STRANGER)

    async def test_leaves_nothing_to_carry_out_where_money_went_back(self):
        await not_shipped()
        choice_id = await offered()
        await choose(choice_id, "cancel")
        with pytest.raises(TransitionNotAllowed):
            await carry_out_choice(choice_id, reference="x", actor=SUPPORT, now=NOW)


class TestAWait:
    async def test_is_carried_out_by_itself_once_all_of_it_was_shipped(self):
        await not_shipped()
        choice_id = await offered(SOON)
        await choose(choice_id, "wait")
        half = [a_shipment(inside={"L1": 1})]
        await put_order(document=an_order(shipping=500, payments=[PAYMENT], shipments=half))
        await end_waits(now=NOW)
        assert (await the_choice(choice_id))["done"] is None
        await put_order(document=an_order(shipping=500, payments=[PAYMENT]))
        for _ in range(2):
            await end_waits(now=NOW)

        assert (await the_choice(choice_id))["done"]["reference"] == "nothing_left"
        assert (await events("order:EKR-1001")).count("choice.carried_out") == 1

    async def test_ends_with_an_order_that_the_shop_canceled(self):
        await not_shipped()
        choice_id = await offered(SOON)
        await choose(choice_id, "wait")
        canceled = an_order(shipments=[], status="canceled", shipping=500, payments=[{**PAYMENT}])
        await put_order(document=canceled)
        await end_waits(now=NOW)

        assert (await the_choice(choice_id))["done"] is not None

    async def test_can_be_cancelled_by_the_customer_as_long_as_nothing_was_shipped(self):
        await not_shipped()
        choice_id = await offered(SOON)
        await choose(choice_id, "wait")
        number = await opened(asked(quantity=2), kind="cancellation")
        await end_waits(now=NOW)

        assert (await the_return(number))["state"] == "settling"
        assert (await the_choice(choice_id))["done"] is not None


class TestASwap:
    async def test_lets_a_person_look_before_the_same_units_are_cancelled_too(self):
        await not_shipped()
        choice_id = await offered()
        await choose(choice_id, "swap")
        await carry_out_choice(choice_id, reference="WEB-5", actor=SUPPORT, now=NOW)
        number = await opened(asked(quantity=2), kind="cancellation")

        assert (await the_return(number))["state"] == "in_review"
        assert await refunds_of(number) == []
        reason = await value("SELECT reason FROM events WHERE type = 'return.in_review'")
        assert reason == "swap_chosen"


class TestWhatCannotBeDelivered:
    async def test_is_paid_back_with_its_shipping(self):
        await put_order(document=an_order(shipping=500, payments=[PAYMENT]))
        choice_id = await undeliverable()
        await choose(choice_id, "refund")

        number = (await the_choice(choice_id))["return_number"]
        assert (await the_return(number))["state"] == "settling"
        assert [refund["proposed"] for refund in await refunds_of(number)] == [27569]

    async def test_is_sent_once_more(self):
        await put_order()
        choice_id = await undeliverable(units=1)
        await choose(choice_id, "reship")

        number = (await the_choice(choice_id))["return_number"]
        case = await the_return(number)
        planned = await rows("SELECT state, quantity FROM replacements")
        assert (case["state"], case["resolution"]) == ("settling", "replacement")
        assert [tuple(one) for one in planned] == [("planned", 1)]
        assert await value("SELECT what FROM compensations") == "phone case"
        assert await refunds_of(number) == []

    async def test_is_not_decided_behind_the_customers_back(self):
        await put_order()
        choice_id = await undeliverable()
        number = (await the_choice(choice_id))["return_number"]
        for decide in (
            approve_return(number, policy=POLICY, actor=SUPPORT, now=NOW),
            decline_return(number, reason="No.", actor=SUPPORT, now=NOW),
        ):
            with pytest.raises(Conflict) as refusal:
                await decide
            assert refusal.value.code == "customer_chooses"
        assert await refunds_of(number) == []

        await choose(choice_id, "reship")
        assert await value("SELECT state FROM replacements") == "planned"

    async def test_is_decided_by_a_person_once_it_was_taken_back(self):
        await put_order()
        choice_id = await undeliverable()
        number = (await the_choice(choice_id))["return_number"]
        await withdraw_choice(choice_id, reason="It was found.", actor=SUPPORT, now=NOW)
        await approve_return(number, policy=POLICY, actor=SUPPORT, now=NOW)

        assert len(await refunds_of(number)) == 1
        await default_choices(policy=POLICY, now=AFTER)
        assert len(await refunds_of(number)) == 1

    async def test_is_overtaken_where_the_customer_withdrew(self):
        await put_order()
        choice_id = await undeliverable()
        number = (await the_choice(choice_id))["return_number"]
        await withdraw_return(number, actor=DANA, now=NOW)
        await default_choices(policy=POLICY, now=AFTER)

        assert (await the_choice(choice_id))["state"] == "withdrawn"
        assert await refunds_of(number) == []


class TestSilence:
    async def test_means_waiting_by_a_day_within_thirty(self):
        await not_shipped()
        choice_id = await offered(SOON)
        await default_choices(policy=POLICY, now=AFTER)

        choice = await the_choice(choice_id)
        assert (choice["state"], choice["chosen"]["option"], choice["chosen"]["by"]) == (
            "defaulted",
            "wait",
            "system",
        )
        assert await Return.count() == 0
        assert "choice_default_taken" in await mails()

    async def test_means_the_money_back_where_nobody_knows_when(self):
        await not_shipped()
        choice_id = await offered()
        await default_choices(policy=POLICY, now=AFTER)

        number = (await the_choice(choice_id))["return_number"]
        assert [refund["proposed"] for refund in await refunds_of(number)] == [27569]

    async def test_means_the_money_back_for_a_parcel(self):
        await put_order()
        choice_id = await undeliverable()
        await default_choices(policy=POLICY, now=AFTER)

        number = (await the_choice(choice_id))["return_number"]
        assert [refund["proposed"] for refund in await refunds_of(number)] == [27069]

    async def test_is_acted_on_once_and_not_before_its_time(self):
        await not_shipped()
        choice_id = await offered()
        last_second = datetime(2026, 4, 7, 3, 59, 58, tzinfo=UTC)
        assert await default_choices(policy=POLICY, now=last_second) == 0
        await asyncio.gather(
            default_choices(policy=POLICY, now=AFTER), default_choices(policy=POLICY, now=AFTER)
        )
        await default_choices(policy=POLICY, now=AFTER)

        assert (await the_choice(choice_id))["state"] == "defaulted"
        assert await Return.count() == 1
        assert (await mails()).count("choice_default_taken") == 1

    async def test_is_broken_by_a_late_word_as_long_as_nothing_was_done(self):
        await not_shipped()
        choice_id = await offered(SOON)
        await choose(choice_id, "cancel", now=AFTER)
        await default_choices(policy=POLICY, now=AFTER)

        choice = await the_choice(choice_id)
        assert (choice["state"], choice["chosen"]["option"]) == ("chosen", "cancel")

    async def test_and_a_late_word_at_the_same_time_give_one_of_the_two(self):
        await not_shipped()
        choice_id = await offered()
        await asyncio.gather(
            choose(choice_id, "wait", now=AFTER),
            default_choices(policy=POLICY, now=AFTER),
            return_exceptions=True,
        )
        choice = await the_choice(choice_id)

        returns = await Return.count()
        assert (choice["state"], returns) in {("chosen", 0), ("defaulted", 1)}


class TestTheReminder:
    async def test_comes_once_two_days_before(self):
        await not_shipped()
        await offered(SOON)
        await remind_of_choices(policy=POLICY, now=NOW + timedelta(days=5, hours=15))
        assert (await mails()).count("choice_reminder") == 0
        for _ in range(2):
            await remind_of_choices(policy=POLICY, now=NOW + timedelta(days=6))

        assert (await mails()).count("choice_reminder") == 1

    async def test_does_not_come_to_who_has_chosen(self):
        await not_shipped()
        await choose(await offered(SOON), "wait")
        await remind_of_choices(policy=POLICY, now=NOW + timedelta(days=6))

        assert "choice_reminder" not in await mails()

    async def test_does_not_come_where_nothing_is_left_to_choose(self):
        await not_shipped()
        choice_id = await offered(SOON)
        await put_order(document=an_order(shipping=500, payments=[PAYMENT]))
        await remind_of_choices(policy=POLICY, now=NOW + timedelta(days=6))

        assert "choice_reminder" not in await mails()
        assert (await the_choice(choice_id))["state"] == "withdrawn"


class TestTakingAChoiceBack:
    async def test_ends_it_with_a_mail_and_frees_the_line(self):
        await not_shipped()
        choice_id = await offered()
        await withdraw_choice(choice_id, reason="It came in.", actor=SUPPORT, now=NOW)
        with pytest.raises(TransitionNotAllowed):
            await choose(choice_id, "cancel")

        assert (await mails()).count("choice_withdrawn") == 1
        assert await value("SELECT value FROM event_texts") == "It came in."
        await offered()

    async def test_leaves_a_delivery_problem_to_a_person(self):
        await put_order()
        choice_id = await undeliverable()
        await withdraw_choice(choice_id, reason="It arrived.", actor=SUPPORT, now=NOW)

        number = (await the_choice(choice_id))["return_number"]
        assert (await the_return(number))["state"] == "in_review"
