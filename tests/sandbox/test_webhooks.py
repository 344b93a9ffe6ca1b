"""Webhooks over a real connection, read by the engine's own reader of webhooks."""

import asyncio

import httpx


async def events(receiver, read, number):
    return [read(*await receiver.next()) for _ in range(number)]


class TestAWebhook:
    async def test_tells_of_a_refund_and_of_its_charge(self, wire, payment, receiver, read):
        data = {"payment_intent": payment, "metadata[refund_id]": "7f0c"}
        made = (await wire.post("/v1/refunds", data=data)).json()

        told = {event.type: event for event in await events(receiver, read, 2)}

        assert told.keys() == {"refund.created", "charge.refunded"}
        assert told["refund.created"].object_id == made["id"]
        assert told["refund.created"].metadata == {"refund_id": "7f0c"}
        assert {event.payment_reference for event in told.values()} == {payment}

    async def test_tells_of_a_pending_refund_alone(self, wire, payment, receiver, read):
        await wire.post("/_test/faults", json={"on": "refunds.create", "mode": "pending"})
        made = (await wire.post("/v1/refunds", data={"payment_intent": payment})).json()
        [created] = await events(receiver, read, 1)
        await wire.post("/_test/refunds/succeed", json={"refund": made["id"]})

        settled = {event.type for event in await events(receiver, read, 2)}

        assert created.type == "refund.created"
        assert settled == {"refund.updated", "charge.refunded"}

    async def test_tells_of_a_late_failure(self, wire, payment, receiver, read):
        made = (await wire.post("/v1/refunds", data={"payment_intent": payment})).json()
        await events(receiver, read, 2)
        await wire.post("/_test/refunds/fail", json={"refund": made["id"]})

        failed = {event.type for event in await events(receiver, read, 2)}

        assert failed == {"refund.updated", "refund.failed"}

    async def test_tells_of_a_dispute(self, wire, payment, receiver, read):
        await wire.post("/_test/disputes", json={"payment_intent": payment, "amount": 100})

        opened = {event.type for event in await events(receiver, read, 2)}

        assert opened == {"charge.dispute.created", "charge.dispute.funds_withdrawn"}

    async def test_is_sent_again_until_it_is_taken_signed_anew(self, wire, payment, receiver, read):
        receiver.statuses = [500, 302]
        await wire.post("/_test/faults", json={"on": "refunds.create", "mode": "pending"})
        await wire.post("/v1/refunds", data={"payment_intent": payment})

        tries = [await receiver.next() for _ in range(3)]

        assert len({read(*each).id for each in tries}) == 1

    async def test_is_given_up_in_the_end_and_says_so(self, wire, payment, sandbox):
        sandbox.send_webhooks_to("http://127.0.0.1:9/nobody")
        await wire.post("/_test/faults", json={"on": "refunds.create", "mode": "pending"})
        await wire.post("/v1/refunds", data={"payment_intent": payment})

        delivery = await _tried(wire, times=4)

        assert (delivery["delivered"], delivery["status"]) == (False, None)

    async def test_is_not_sent_while_nobody_asked_for_it(self, wire, payment):
        await wire.post("/v1/refunds", data={"payment_intent": payment})

        assert (await wire.get("/_test/webhooks")).json()["items"] == []
        assert (await wire.get("/v1/events")).json()["data"][0]["type"] == "charge.refunded"


async def _tried(wire: httpx.AsyncClient, *, times: int) -> dict[str, object]:
    async with asyncio.timeout(30):
        while True:
            [delivery] = (await wire.get("/_test/webhooks")).json()["items"]
            if delivery["attempts"] == times and delivery["status"] is None:
                return delivery
            await asyncio.sleep(0.02)
