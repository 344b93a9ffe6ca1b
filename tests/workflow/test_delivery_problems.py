"""A parcel that did not come, came late, or came back: a person looks, and asks the carrier."""

from typing import Any

import pytest

from returns_engine.queries.return_view import read_return
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.tables.messages import Message
from returns_engine.workflow.ask_carrier import ask_carrier
from returns_engine.workflow.review_return import (
    answer_request,
    approve_return,
    decline_return,
    request_info,
)
from tests.workflow.orders import NOW, a_payment, an_order, asked
from tests.workflow.shop import DANA, POLICY, SUPPORT, opened, put_order, refunds_of, rows, value


async def missing(reason: str = "not_received", units: int = 1, **changes: Any) -> str:
    return await opened(asked(reason=reason, quantity=units), kind="delivery_problem", **changes)


async def shown(number: str) -> dict[str, Any]:
    case = await read_return(number)
    assert case is not None
    return case


async def letters() -> list[str]:
    return sorted(row["template"] for row in await Message.select(Message.template))


@pytest.mark.usefixtures("database")
class TestADeliveryProblem:
    @pytest.mark.parametrize("reason", ["not_received", "undeliverable", "late"])
    async def test_is_looked_at_by_a_person(self, reason):
        await put_order()

        case = await shown(await missing(reason))

        assert (case["state"], case["goods_expected"]) == ("in_review", False)
        clause = "delivery.choice" if reason == "undeliverable" else "delivery.missing"
        assert case["decision"]["lines"][0]["rules"][0]["clause"] == clause
        assert await letters() == ["return_in_review"]

    async def test_approved_gives_everything_back_with_the_shipping(self):
        document = an_order(shipping=1000, payments=[a_payment(captured=28069)])
        await put_order(document=document)
        number = await missing("undeliverable", units=2)

        await approve_return(number, policy=POLICY, actor=SUPPORT, now=NOW)

        refund = (await refunds_of(number))[0]
        assert (refund["proposed"], refund["shipping"]) == (28069, 1000)
        assert (await shown(number))["state"] == "settling"
        assert await letters() == ["request_accepted", "return_in_review"]
        assert await value("SELECT count(*) FROM labels") == 0

    async def test_approved_sends_it_again_where_that_was_chosen(self):
        await put_order()
        number = await missing(resolution="replacement")

        await approve_return(number, policy=POLICY, actor=SUPPORT, now=NOW)

        case = await shown(number)
        assert [one["state"] for one in case["replacements"]] == ["planned"]
        assert case["refunds"] == []

    async def test_declined_gives_its_units_free(self):
        await put_order()
        number = await missing(units=2)

        await decline_return(number, reason="Your neighbor signed for it.", actor=SUPPORT, now=NOW)

        case = await shown(number)
        assert case["next_step"]["key"] == "next_step.declined_without_goods"
        await missing(units=2)

    async def test_can_be_asked_about(self):
        await put_order()
        number = await missing()
        await request_info(number, message="Which entrance?", actor=SUPPORT, now=NOW)
        await answer_request(number, message="The back one.", photo_ids=[], actor=DANA, now=NOW)

        assert (await shown(number))["state"] == "in_review"


@pytest.mark.usefixtures("database")
class TestTheCarrier:
    async def test_once_asked_has_the_ball(self):
        await put_order()
        number = await missing()
        assert (await shown(number))["next_step"]["who"] == "merchant"

        await ask_carrier(number, note="UPS looks for it until Friday.", actor=SUPPORT, now=NOW)

        case = await shown(number)
        assert case["state"] == "in_review"
        assert (case["next_step"]["key"], case["next_step"]["who"]) == (
            "next_step.carrier_asked",
            "carrier",
        )
        assert case["carrier_asked_at"] == "2026-03-30T12:00:00Z"
        events = await rows(
            "SELECT e.data, t.value FROM events e JOIN event_texts t ON t.event = e.id"
            " WHERE e.type = 'carrier.asked'"
        )
        assert [event["value"] for event in events] == ["UPS looks for it until Friday."]
        assert "Friday" not in events[0]["data"]
        assert "carrier_asked" in await letters()

    async def test_is_not_asked_about_what_never_left(self):
        await put_order(
            document=an_order(
                shipments=[],
                production_started_at="2026-03-01T09:00:00Z",
                lines=[{**an_order()["lines"][0], "kind": "custom"}],
            )
        )
        number = await opened(asked(), kind="cancellation")

        with pytest.raises(TransitionNotAllowed):
            await ask_carrier(number, note="Where is it?", actor=SUPPORT, now=NOW)

    async def test_is_not_asked_when_all_is_settled(self):
        await put_order()
        number = await missing()
        await approve_return(number, policy=POLICY, actor=SUPPORT, now=NOW)

        with pytest.raises(TransitionNotAllowed):
            await ask_carrier(number, note="Where is it?", actor=SUPPORT, now=NOW)
