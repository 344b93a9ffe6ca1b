"""Whatever gets lost between us and the bank: the money goes back once, and in the end."""

import json
import secrets
from collections.abc import AsyncIterator
from typing import Any

import httpx
import psycopg
import pytest

from returns_engine.sandbox.provider.webhooks import signature_of
from returns_engine.tables.engine import engine_at
from tests.compared_books import note_compared
from tests.journeys.shop import Shop


@pytest.fixture
async def silent_bank(shop: Shop) -> AsyncIterator[None]:
    """Nothing but the answers to our own calls: no webhooks, and no comparison of the books."""
    async with engine_at(shop.running.demo.database_url, pool_size=1):
        await note_compared(shop.running.demo.clock())
    url = (await shop.sandbox.get("/_test/webhooks")).json()["url"]
    await shop.control("webhooks", url=None)
    yield
    await shop.control("webhooks", url=url)


async def _is_paid_once(shop: Shop, order, refund: dict[str, Any]) -> dict[str, Any]:
    paid = await shop.refund_is(refund, "succeeded")
    await shop.state_is(refund["return_number"], "closed")
    refunds = (await shop.ledger(order))["refunds"]
    assert [one["id"] for one in refunds] == [paid["provider_refund_id"]]
    assert refunds[0]["amount"] == paid["amount"]
    return paid


async def _types(shop: Shop, refund: dict[str, Any]) -> list[str]:
    return [event["type"] for event in await shop.events(refund["return_number"])]


class TestALostAnswer:
    async def test_does_not_matter_when_the_banks_word_comes_first(self, shop: Shop):
        order = await shop.order()
        refund = await shop.proposed(order)
        await shop.goes_wrong(order, "timeout_after")
        await shop.approve(refund)

        paid = await _is_paid_once(shop, order, refund)
        assert paid["attempts"] == 1

    @pytest.mark.parametrize("lost", ["timeout_after", "drop_after", "truncated", "http_502_after"])
    @pytest.mark.usefixtures("silent_bank")
    async def test_is_asked_for_again_with_the_same_key(self, shop: Shop, lost: str):
        order = await shop.order()
        refund = await shop.proposed(order)
        await shop.goes_wrong(order, lost)
        await shop.approve(refund)
        await shop.refund_is(refund, "unknown")
        await shop.later(seconds=10)

        paid = await _is_paid_once(shop, order, refund)
        assert paid["attempts"] == 2
        assert "refund.unknown" in await _types(shop, refund)

    @pytest.mark.parametrize("lost", ["timeout_before", "rate_limited", "http_503_before"])
    async def test_is_asked_for_again_when_nothing_had_arrived(self, shop: Shop, lost: str):
        order = await shop.order()
        refund = await shop.proposed(order)
        await shop.goes_wrong(order, lost)
        await shop.approve(refund)
        await shop.refund_is(refund, "unknown")
        assert (await shop.ledger(order))["refunds"] == []
        await shop.later(seconds=10)

        assert (await _is_paid_once(shop, order, refund))["attempts"] == 2

    @pytest.mark.usefixtures("silent_bank")
    async def test_may_be_lost_again_and_again(self, shop: Shop):
        order = await shop.order()
        refund = await shop.proposed(order)
        await shop.goes_wrong(order, "drop_after", times=3)
        await shop.approve(refund)

        async def tried(times: int) -> bool:
            seen = await shop.refund_is(refund, "unknown")
            return seen["attempts"] == times and _unanswered(shop, refund) == times

        for times in (1, 2, 3):
            await shop.until(lambda times=times: tried(times))
            await shop.later(minutes=2)
        assert (await _is_paid_once(shop, order, refund))["attempts"] == 4

    async def test_comes_by_itself_without_anybody_moving_a_clock(self, shop: Shop):
        order = await shop.order()
        refund = await shop.proposed(order)
        await shop.goes_wrong(order, "drop_before")
        await shop.approve(refund)
        await _is_paid_once(shop, order, refund)

    @pytest.mark.usefixtures("silent_bank")
    async def test_behind_a_saved_breakdown_is_found_by_asking(self, shop: Shop):
        order = await shop.order()
        refund = await shop.proposed(order)
        await shop.goes_wrong(order, "http_500_done")
        await shop.approve(refund)
        await shop.refund_is(refund, "unknown")
        await shop.later(seconds=10)

        assert (await _is_paid_once(shop, order, refund))["attempts"] == 1


class TestAnAnswerOf500:
    async def test_is_asked_about_for_a_day_then_failed_and_sent_anew(self, shop: Shop):
        order = await shop.order()
        refund = await shop.proposed(order)
        await shop.goes_wrong(order, "http_500")
        await shop.approve(refund)
        await shop.refund_is(refund, "unknown")
        await shop.refused(
            "finance", f"/refunds/{refund['id']}/retry", {}, 409, "transition_not_allowed"
        )
        await shop.later(seconds=26 * 3600)
        assert (await shop.refund_is(refund, "failed"))["last_error"] == "not_created"

        await shop.post("finance", f"/refunds/{refund['id']}/retry")
        await _is_paid_once(shop, order, refund)

    @pytest.mark.usefixtures("silent_bank")
    async def test_carried_out_after_it_was_given_up_is_not_paid_again(self, shop: Shop):
        order = await shop.order()
        refund = await shop.proposed(order)
        await shop.goes_wrong(order, "http_500")
        approved = await shop.approve(refund)
        await shop.refund_is(refund, "unknown")
        await shop.later(seconds=26 * 3600)
        await shop.refund_is(refund, "failed")
        # The bank rolls the first try forward, and its webhook gets lost.
        late = await shop.sandbox.post(
            "/v1/refunds",
            headers={"Authorization": f"Bearer {shop.running.demo.sandbox.api_key}"},
            data={
                "payment_intent": order.stripe_payments()[0]["reference"],
                "amount": approved["amount"],
                "metadata[refund_id]": refund["id"],
                "metadata[generation]": "1",
            },
        )
        assert late.status_code == 200, late.text

        await shop.post("finance", f"/refunds/{refund['id']}/retry")
        paid = await _is_paid_once(shop, order, refund)
        assert paid["provider_refund_id"] == late.json()["id"]


class TestARefundTheBankDeclines:
    async def test_has_failed_and_goes_out_again_as_the_next_generation(self, shop: Shop):
        order = await shop.order()
        refund = await shop.proposed(order)
        await shop.goes_wrong(order, "declined")
        await shop.approve(refund)
        failed = await shop.refund_is(refund, "failed")
        assert failed["last_error"] == "card_declined"
        assert (await shop.case(refund["return_number"]))["state"] == "settling"

        await shop.post("finance", f"/refunds/{refund['id']}/retry")
        await _is_paid_once(shop, order, refund)
        retried = [e for e in await shop.events(refund["return_number"]) if "retried" in e["type"]]
        assert [event["data"]["generation"] for event in retried] == [2]
        url = f"/refunds/{refund['id']}/retry"
        await shop.refused("finance", url, {}, 409, "transition_not_allowed")


class TestARefundOnItsWay:
    async def test_is_pending_until_the_bank_says_more(self, shop: Shop):
        order = await shop.order()
        refund = await shop.proposed(order)
        await shop.goes_wrong(order, "pending")
        await shop.approve(refund)
        pending = await shop.refund_is(refund, "pending")
        case = await shop.case(refund["return_number"])
        assert (case["state"], case["next_step"]["who"]) == ("settling", "bank")
        assert case["lines"][0]["refunded"] == 0
        assert not [mail for mail in await shop.mails(order) if "refund" in mail["subject"]]

        await shop.control("refunds/succeed", refund=pending["provider_refund_id"])
        await _is_paid_once(shop, order, refund)
        await shop.mail(order, "refund")

    @pytest.mark.usefixtures("silent_bank")
    async def test_is_asked_about_when_no_word_comes(self, shop: Shop):
        order = await shop.order()
        refund = await shop.proposed(order)
        await shop.goes_wrong(order, "pending")
        await shop.approve(refund)
        pending = await shop.refund_is(refund, "pending")
        await shop.control("refunds/succeed", refund=pending["provider_refund_id"])
        await shop.later(minutes=5)

        await _is_paid_once(shop, order, refund)


class TestARefundThatFailsAfterAll:
    async def test_opens_the_return_again_and_can_be_paid_once_more(self, shop: Shop):
        order = await shop.order()
        refund = await shop.proposed(order)
        await shop.approve(refund)
        paid = await shop.refund_is(refund, "succeeded")
        first = paid["provider_refund_id"]
        await shop.control("refunds/fail", refund=first, failure_reason="lost_or_stolen_card")

        failed = await shop.refund_is(refund, "failed")
        assert (failed["succeeded_at"], failed["last_error"]) == (None, "lost_or_stolen_card")
        opened = await shop.state_is(refund["return_number"], "settling")
        assert opened["lines"][0]["refunded"] == 0
        await shop.mail(order, "came back to us")
        await shop.post("finance", f"/refunds/{refund['id']}/retry")
        again = await shop.refund_is(refund, "succeeded")
        assert again["provider_refund_id"] != first
        closed = await shop.state_is(refund["return_number"], "closed")
        assert closed["lines"][0]["refunded"] == 1
        assert (await shop.ledger(order))["refunded"] == again["amount"]


class TestADispute:
    async def test_takes_its_money_out_of_what_can_go_back(self, shop: Shop):
        order = await shop.order()
        refund = await shop.proposed(order)
        reference = order.document["payments"][0]["reference"]
        await shop.control("disputes", payment_intent=reference)

        async def counted() -> bool:
            return (await shop.refund_is(refund, "proposed"))["maximum"] == 0

        await shop.until(counted)
        url = f"/refunds/{refund['id']}/approve"
        body = {"amount": refund["proposed"]}
        await shop.refused("finance", url, body, 422, "exceeds_refundable")

    @pytest.mark.usefixtures("silent_bank")
    async def test_that_we_did_not_hear_of_is_read_before_the_money_goes(self, shop: Shop):
        order = await shop.order()
        refund = await shop.proposed(order)
        reference = order.document["payments"][0]["reference"]
        await shop.control("disputes", payment_intent=reference)
        await shop.approve(refund)

        async def waits() -> bool:
            seen = await shop.refund_is(refund, "approved")
            return seen["last_error"] == "disputed"

        await shop.until(waits)
        assert (await shop.ledger(order))["refunds"] == []
        other = await shop.proposed(order)
        url, body = f"/refunds/{other['id']}/approve", {"amount": other["proposed"]}
        await shop.refused("finance", url, body, 409, "payment_overdrawn")

    async def test_of_what_came_back_is_not_paid_by_hand_beside_it(self, shop: Shop):
        order = await shop.order()
        refund = await shop.proposed(order)
        await shop.goes_wrong(order, "declined")
        await shop.approve(refund)
        await shop.refund_is(refund, "failed")
        seen = _inbox(shop)
        about = {"payment_intent": order.document["payments"][0]["reference"]}
        part = await shop.control("disputes", **about, amount=refund["proposed"])
        await shop.until(lambda: _more_is_handled(shop, seen))
        url = f"/refunds/{refund['id']}"
        by_hand = {"reason": "Their card is closed."}
        await shop.refused("finance", f"{url}/pay-otherwise", by_hand, 409, "payment_disputed")
        await shop.refused("finance", f"{url}/retry", {}, 409, "payment_disputed")

        seen = _inbox(shop)
        await shop.control("disputes/update", dispute=part["id"], status="lost")
        await shop.until(lambda: _more_is_handled(shop, seen))
        await shop.post("finance", f"{url}/refuse", {"reason": "Your bank gave it back."})
        await shop.state_is(refund["return_number"], "closed")
        assert (await shop.ledger(order))["refunded"] == 0


class TestARefundMadeInTheDashboard:
    async def test_counts_as_spent_and_holds_ours_back_until_it_comes_back(self, shop: Shop):
        order = await shop.order()
        refund = await shop.proposed(order)
        reference = order.document["payments"][0]["reference"]
        made = await shop.control("refunds/dashboard", payment_intent=reference)

        async def nothing_left() -> bool:
            return (await shop.refund_is(refund, "proposed"))["maximum"] == 0

        await shop.until(nothing_left)
        await shop.control("refunds/fail", refund=made["id"])
        await shop.until(lambda: _has_all(shop, refund))
        await shop.approve(refund)
        paid = await shop.refund_is(refund, "succeeded")
        ledger = await shop.ledger(order)
        assert ledger["refunded"] == paid["amount"]


async def _has_all(shop: Shop, refund: dict[str, Any]) -> bool:
    return (await shop.refund_is(refund, "proposed"))["maximum"] == refund["proposed"]


class TestAWebhook:
    async def test_that_comes_twice_is_handled_once(self, shop: Shop):
        order = await shop.order()
        refund = await shop.proposed(order)
        await shop.approve(refund)
        paid = await _is_paid_once(shop, order, refund)
        case = await shop.until(lambda: _has_its_note(shop, refund))
        event = _event("refund.updated", {"id": paid["provider_refund_id"], "object": "refund"})

        assert (await _deliver(shop, event)).json()["new"] is True
        assert (await _deliver(shop, event)).json()["new"] is False
        twin = {**event, "id": "evt_" + secrets.token_hex(8)}
        assert (await _deliver(shop, twin)).json()["new"] is True
        await shop.until(lambda: _all_handled(shop))
        assert await shop.case(refund["return_number"]) == case

    async def test_is_never_believed(self, shop: Shop):
        order = await shop.order()
        refund = await shop.proposed(order)
        await shop.approve(refund)
        paid = await _is_paid_once(shop, order, refund)
        lie = {"id": paid["provider_refund_id"], "object": "refund", "status": "failed"}
        await _deliver(shop, _event("refund.failed", lie))
        await shop.until(lambda: _all_handled(shop))
        assert (await shop.refund_is(refund, "succeeded"))["version"] == paid["version"]

    async def test_about_a_refund_that_is_not_ours_is_left_alone(self, shop: Shop):
        answer = await _deliver(
            shop, _event("refund.created", {"id": "re_dashboard", "object": "refund"})
        )
        assert answer.status_code == 200
        await shop.until(lambda: _all_handled(shop))

    async def test_with_a_wrong_signature_is_refused_and_not_kept(self, shop: Shop):
        event = _event("refund.updated", {"id": "re_1", "object": "refund"})
        before = _inbox(shop)
        for secret, age in (("whsec_wrong", 0), (shop.running.demo.sandbox.webhook_secret, 301)):
            answer = await _deliver(shop, event, secret=secret, age=age)
            assert answer.status_code == 400, answer.text
            assert answer.headers["content-type"] == "application/problem+json"
        unsigned = await shop.api.post("/webhooks/stripe", json=event)
        assert unsigned.status_code == 400
        assert _inbox(shop) == before


async def _has_its_note(shop: Shop, refund: dict[str, Any]) -> dict[str, Any] | None:
    """The case, once its credit note is numbered: that follows the money by itself."""
    case = await shop.case(refund["return_number"])
    return case if case["refunds"][0]["credit_note"] else None


def _event(kind: str, thing: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": "evt_" + secrets.token_hex(8),
        "object": "event",
        "type": kind,
        "created": 1,
        "data": {"object": thing},
    }


async def _deliver(
    shop: Shop, event: dict[str, Any], *, secret: str | None = None, age: int = 0
) -> httpx.Response:
    raw = json.dumps(event).encode()
    signed_at = int(shop.now().timestamp()) - age
    signature = signature_of(raw, secret or shop.running.demo.sandbox.webhook_secret, signed_at)
    return await shop.api.post(
        "/webhooks/stripe", content=raw, headers={"stripe-signature": signature}
    )


def _unanswered(shop: Shop, refund: dict[str, Any]) -> int:
    """How many tries are known to have brought no answer."""
    with psycopg.connect(shop.running.demo.database_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM refund_attempts WHERE refund = %s AND outcome = 'unanswered'",
            (refund["id"],),
        ).fetchone()
        assert row is not None
        return row[0]


def _inbox(shop: Shop) -> tuple[int, int]:
    """How many events are kept, and how many of them are handled."""
    with psycopg.connect(shop.running.demo.database_url) as connection:
        row = connection.execute("SELECT count(*), count(handled_at) FROM webhook_inbox").fetchone()
        assert row is not None
        return row


async def _more_is_handled(shop: Shop, before: tuple[int, int]) -> bool:
    kept, handled = _inbox(shop)
    return kept == handled and kept > before[0]


async def _all_handled(shop: Shop) -> bool:
    kept, handled = _inbox(shop)
    return kept == handled
