"""Every move of a refund (payments.md 2.1 and 2.2), and the account that it is paid from."""

import pytest


@pytest.fixture
async def made(wire, payment):
    """Make a refund in a state of choice."""

    async def make(mode=None, amount=100):
        if mode is not None:
            await wire.post("/_test/faults", json={"on": "refunds.create", "mode": mode})
        data = {"payment_intent": payment, "amount": str(amount)}
        return (await wire.post("/v1/refunds", data=data)).json()

    return make


async def moved(wire, move, refund, **more):
    answer = await wire.post(f"/_test/refunds/{move}", json={"refund": refund["id"], **more})
    return answer.status_code, answer.json()


async def newest_events(wire, number):
    events = (await wire.get("/v1/events", params={"limit": number})).json()["data"]
    return [event["type"] for event in events][::-1]


class TestARefundThatNeedsItsCustomer:
    async def test_tells_what_is_to_be_done_and_by_when(self, made):
        refund = await made("requires_action")

        shown = refund["next_action"]["display_details"]

        assert refund["status"] == "requires_action"
        assert shown["expires_at"] > shown["email_sent"]["email_sent_at"]

    async def test_goes_back_and_forth(self, wire, made):
        refund = await made("requires_action")
        seen = []
        for move in ("pending", "succeed", "requires-action"):
            status, refund = await moved(wire, move, refund)
            seen.append((status, refund["status"], refund.get("pending_reason")))

        assert seen == [
            (200, "pending", "processing"),
            (200, "succeeded", None),
            (200, "requires_action", None),
        ]
        assert await newest_events(wire, 1) == ["refund.updated"]

    async def test_is_taken_back_or_expires(self, wire, made):
        first, second = await made("requires_action"), await made("requires_action")

        canceled = await wire.post(f"/v1/refunds/{first['id']}/cancel")
        expired = await wire.post(f"/v1/test_helpers/refunds/{second['id']}/expire")

        assert canceled.json()["status"] == "canceled"
        assert (expired.json()["status"], expired.json()["failure_reason"]) == ("failed", "unknown")
        again = await wire.post(f"/v1/test_helpers/refunds/{second['id']}/expire")
        assert again.status_code == 400


class TestARefundThatFails:
    async def test_says_why_and_where_the_money_is(self, wire, made):
        refund = await made()

        _, failed = await moved(wire, "fail", refund, failure_reason="lost_or_stolen_card")

        assert failed["failure_reason"] == "lost_or_stolen_card"
        assert failed["failure_balance_transaction"].startswith("txn_")
        assert await newest_events(wire, 2) == ["refund.updated", "refund.failed"]

    @pytest.mark.parametrize("move", ["succeed", "fail", "pending", "requires-action", "cancel"])
    async def test_moves_no_more(self, wire, made, move):
        refund = await made()
        await moved(wire, "fail", refund)

        assert (await moved(wire, move, refund))[0] == 400

    async def test_has_only_reasons_that_stripe_knows(self, wire, made):
        refund = await made("requires_action")

        assert (await moved(wire, "fail", refund, failure_reason="bored"))[0] == 400
        assert (await moved(wire, "pending", refund, pending_reason="bored"))[0] == 400


class TestThePendingRefund:
    async def test_can_be_canceled_by_hand_and_frees_its_money(self, wire, made):
        refund = await made("pending", 5000)

        assert (await moved(wire, "cancel", refund))[1]["status"] == "canceled"
        assert (await made(amount=5000))["status"] == "succeeded"


class TestTooLittleBalance:
    async def test_keeps_card_refunds_waiting_in_their_order(self, wire, made):
        await wire.post("/_test/balance", json={"currency": "USD", "available": 150})
        refunds = [await made(amount=amount) for amount in (100, 200, 60)]
        states = [(r["status"], r.get("pending_reason")) for r in refunds]
        waiting = ("pending", "insufficient_funds")
        assert states == [("succeeded", None), waiting, waiting]

        told = await wire.post("/_test/balance", json={"currency": "USD", "available": 250})

        assert told.json() == {"currency": "usd", "available": 50, "paid": [refunds[1]["id"]]}

    async def test_gets_back_what_failed(self, wire, made):
        await wire.post("/_test/balance", json={"currency": "USD", "available": 100})
        await moved(wire, "fail", await made(amount=100))

        assert (await made(amount=100))["status"] == "succeeded"


class TestARefundOfTheDashboard:
    async def test_carries_nothing_of_ours_and_counts_as_spent(self, wire, payment, made):
        body = {"payment_intent": payment, "amount": 4000}
        by_hand = await wire.post("/_test/refunds/dashboard", json=body)

        assert (by_hand.status_code, by_hand.json()["metadata"]) == (201, {})
        assert by_hand.json()["reason"] == "requested_by_customer"
        assert (await made(amount=1001))["error"]["param"] == "amount"
        assert await newest_events(wire, 2) == ["refund.created", "charge.refunded"]


class TestADispute:
    async def test_that_is_won_gives_the_money_back(self, wire, payment, made):
        dispute = (await wire.post("/_test/disputes", json={"payment_intent": payment})).json()
        assert (await made())["error"]["code"] == "charge_disputed"

        for status in ("under_review", "won"):
            await wire.post(
                "/_test/disputes/update", json={"dispute": dispute["id"], "status": status}
            )

        assert await newest_events(wire, 3) == [
            "charge.dispute.updated",
            "charge.dispute.closed",
            "charge.dispute.funds_reinstated",
        ]
        assert (await made())["status"] == "succeeded"

    async def test_that_is_lost_is_over(self, wire, payment, made):
        dispute = (await wire.post("/_test/disputes", json={"payment_intent": payment})).json()
        order = {"dispute": dispute["id"], "status": "lost"}
        await wire.post("/_test/disputes/update", json=order)

        assert (await wire.post("/_test/disputes/update", json=order)).status_code == 400
        assert (await made())["error"]["code"] == "charge_disputed"
        [account] = (await wire.get("/_test/ledger")).json()["items"]
        assert [one["status"] for one in account["disputes"]] == ["lost"]

    async def test_that_only_asks_may_become_one_that_takes(self, wire, payment, made):
        body = {"payment_intent": payment, "status": "warning_needs_response"}
        dispute = (await wire.post("/_test/disputes", json=body)).json()
        assert (await made())["status"] == "succeeded"

        order = {"dispute": dispute["id"], "status": "needs_response"}
        await wire.post("/_test/disputes/update", json=order)

        assert (await made())["error"]["code"] == "charge_disputed"
        assert await newest_events(wire, 2) == [
            "charge.dispute.updated",
            "charge.dispute.funds_withdrawn",
        ]
        back = {"dispute": dispute["id"], "status": "warning_closed"}
        assert (await wire.post("/_test/disputes/update", json=back)).status_code == 400
