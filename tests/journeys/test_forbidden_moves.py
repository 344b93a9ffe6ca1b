"""Every headline refuses what it does not allow, and a refusal changes nothing."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from returns_engine.rules.lifecycle.actions import ALLOWED_IN, Action
from returns_engine.rules.lifecycle.headline import Headline
from tests.journeys.orders import asked, bad, good, units
from tests.journeys.shop import Shop

# Each with a body that would be taken, were it the time for it.
CALLS: dict[Action, tuple[str, str, dict[str, Any]]] = {
    Action.APPROVE: ("support", "approve", {}),
    Action.DECLINE: ("support", "decline", {"reason": "No."}),
    Action.REQUEST_INFO: ("support", "request-info", {"message": "What happened?"}),
    Action.OVERRIDE: (
        "support",
        "override",
        {"line_id": "L1", "rule": "photos", "reason": "Seen."},
    ),
    Action.ANSWER: ("support", "answer", {"message": "This."}),
    Action.WITHDRAW: ("support", "withdraw", {}),
    Action.RENEW_LABEL: ("support", "renew-label", {}),
    Action.TRACKING: ("support", "tracking", {"carrier": "ups", "tracking_number": "1Z999"}),
    Action.RECEIVE: ("bench", "receipts", {"lines": [units()]}),
    Action.INSPECT: ("bench", "inspections", {"lines": [good()]}),
    Action.CLOSE_OUTSTANDING: ("bench", "close-outstanding", {"reason": "Lost."}),
    Action.SEND_BACK: (
        "bench",
        "send-back",
        {"lines": [units()], "carrier": "ups", "tracking_number": "1Z999"},
    ),
}


async def _labeled(shop: Shop) -> str:
    number = (await shop.ask(await shop.order(), asked(2)))["number"]
    await shop.state_is(number, "label_issued")
    return number


async def _in_review(shop: Shop) -> str:
    return (await shop.ask(await shop.order(), asked(2, reason="defective")))["number"]


async def _then(shop: Shop, number: str, who: str, action: str, body: dict | None = None) -> str:
    await shop.post(who, f"/returns/{number}/{action}", body)
    return number


async def _needs_info(shop: Shop) -> str:
    return await _then(shop, await _in_review(shop), "support", "request-info", {"message": "How?"})


async def _declined(shop: Shop) -> str:
    return await _then(shop, await _in_review(shop), "support", "decline", {"reason": "No."})


async def _withdrawn(shop: Shop) -> str:
    return await _then(shop, await _labeled(shop), "support", "withdraw")


async def _in_transit(shop: Shop) -> str:
    sent = {"carrier": "ups", "tracking_number": "1Z999AA10123456784"}
    return await _then(shop, await _labeled(shop), "support", "tracking", sent)


async def _partially_received(shop: Shop) -> str:
    return await _then(shop, await _labeled(shop), "bench", "receipts", {"lines": [units()]})


async def _partially_inspected(shop: Shop) -> str:
    number = await _partially_received(shop)
    await shop.inspect(number)
    return number


async def _received(shop: Shop) -> str:
    whole = {"lines": [units(quantity=2)]}
    return await _then(shop, await _labeled(shop), "bench", "receipts", whole)


async def _inspected(shop: Shop) -> str:
    number = await _received(shop)
    await shop.inspect(number, bad(2, await shop.photo()))
    return number


async def _settling(shop: Shop) -> str:
    number = await _received(shop)
    await shop.inspect(number, good(2))
    return number


async def _closed(shop: Shop) -> str:
    number = await _settling(shop)
    refund = await shop.refund(await shop.case(number))
    await shop.post("finance", f"/refunds/{refund['id']}/refuse", {"reason": "Paid already."})
    return number


WAYS: dict[Headline, Callable[[Shop], Awaitable[str]]] = {
    Headline.IN_REVIEW: _in_review,
    Headline.NEEDS_INFO: _needs_info,
    Headline.DECLINED: _declined,
    Headline.WITHDRAWN: _withdrawn,
    Headline.LABEL_ISSUED: _labeled,
    Headline.IN_TRANSIT: _in_transit,
    Headline.PARTIALLY_RECEIVED: _partially_received,
    Headline.RECEIVED: _received,
    Headline.INSPECTED: _inspected,
    Headline.SETTLING: _settling,
    Headline.CLOSED: _closed,
}
"""How each headline is reached; `expired` has a test beside the clock's."""


async def refuses_all_but(shop: Shop, number: str, state: Headline) -> None:
    """Try every action that the headline does not allow."""
    before, events = await shop.case(number), await shop.events(number)
    assert before["state"] == state
    for action, (who, path, body) in CALLS.items():
        if state in ALLOWED_IN[action]:
            continue
        problem = await shop.refused(
            who, f"/returns/{number}/{path}", body, 409, "transition_not_allowed"
        )
        assert (problem["state"], problem["action"]) == (state, action)
    assert await shop.case(number) == before
    assert await shop.events(number) == events


class TestAReturnThat:
    @pytest.mark.parametrize("state", WAYS, ids=lambda state: f"is_{state}")
    async def test_refuses_what_its_state_does_not_allow(self, shop: Shop, state: Headline):
        number = await WAYS[state](shop)
        await refuses_all_but(shop, number, state)

    async def test_has_arrived_in_part_waits_for_the_bench_or_the_rest(self, shop: Shop):
        number = await _partially_inspected(shop)
        body = {"lines": [good()]}
        url = f"/returns/{number}/inspections"
        await shop.refused("bench", url, body, 409, "transition_not_allowed")

    async def test_was_changed_since_it_was_read_refuses_the_stale_version(self, shop: Shop):
        number = await _in_review(shop)
        seen = await shop.case(number)
        await _then(shop, number, "support", "request-info", {"message": "How?"})
        known = {"If-Match": f'"{seen["version"]}"'}
        stale = await shop.send("support", "POST", f"/returns/{number}/withdraw", {}, **known)
        assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
