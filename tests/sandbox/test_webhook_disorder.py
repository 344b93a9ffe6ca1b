"""Webhooks as they really come: late, lost, doubled, out of order, badly signed."""

import json

import httpx
import pytest

from returns_engine.gateways.payments.webhook_events import BadSignature


async def arm(wire, mode, on="webhooks.event", **more):
    answer = await wire.post("/_test/faults", json={"on": on, "mode": mode, **more})
    assert answer.status_code == 201, answer.text


async def pending(wire, payment, amount=100, **fields):
    """Make a refund that sends one event, refund.created."""
    await wire.post("/_test/faults", json={"on": "refunds.create", "mode": "pending"})
    data = {"payment_intent": payment, "amount": str(amount), **fields}
    return (await wire.post("/v1/refunds", data=data)).json()


async def arrived(receiver, read, number):
    return [read(*await receiver.next()) for _ in range(number)]


class TestAnEvent:
    async def test_comes_twice(self, wire, payment, receiver, read):
        await arm(wire, "webhook_twice")
        await pending(wire, payment)

        first, second = await arrived(receiver, read, 2)

        assert first == second

    async def test_comes_as_twins_with_two_ids(self, wire, payment, receiver, read):
        await arm(wire, "webhook_twin")
        await pending(wire, payment)

        first, second = await arrived(receiver, read, 2)

        assert first.id != second.id
        assert (first.type, first.object_id) == (second.type, second.object_id)
        assert len((await wire.get("/v1/events", params={"type": first.type})).json()["data"]) == 2

    async def test_is_there_before_the_answer(self, wire, payment, receiver, read):
        await arm(wire, "webhook_early")

        made = await pending(wire, payment)

        assert read(*receiver.bodies.get_nowait()).object_id == made["id"]

    async def test_is_lost(self, wire, payment, receiver, read):
        await arm(wire, "webhook_dropped")
        await pending(wire, payment)
        second = await pending(wire, payment)

        [event] = await arrived(receiver, read, 1)

        assert event.object_id == second["id"]
        deliveries = (await wire.get("/_test/webhooks")).json()["items"]
        assert [one["attempts"] for one in deliveries] == [0, 1]

    async def test_comes_when_the_clock_says_so(self, wire, payment, receiver, read):
        await arm(wire, "webhook_delayed", seconds=3600)
        made = await pending(wire, payment)
        assert receiver.bodies.empty()

        await wire.post("/_test/clock", json={"offset_seconds": 3601})

        [event] = await arrived(receiver, read, 1)
        assert event.object_id == made["id"]

    async def test_is_meant_by_type_or_by_what_it_is_about(self, wire, payment, receiver, read):
        match = {"type": "refund.created", "metadata.refund_id": "7f0c"}
        await arm(wire, "webhook_dropped", match=match, times=9)
        await pending(wire, payment, **{"metadata[refund_id]": "7f0c"})
        other = await pending(wire, payment, **{"metadata[refund_id]": "other"})

        [event] = await arrived(receiver, read, 1)

        assert event.object_id == other["id"]

    async def test_is_of_another_version(self, wire, payment, receiver, read):
        await arm(wire, "webhook_old_version")
        await pending(wire, payment)

        raw, signature = await receiver.next()

        assert read(raw, signature).type == "refund.created"
        assert json.loads(raw)["api_version"] == "2017-08-15"

    async def test_can_be_sent_again_long_after(self, wire, payment, receiver, read):
        await pending(wire, payment)
        [event] = await arrived(receiver, read, 1)

        await wire.post("/_test/webhooks/again", json={"event": event.id})

        assert await arrived(receiver, read, 1) == [event]

    async def test_cannot_be_sent_again_to_nobody(self, wire):
        answer = await wire.post("/_test/webhooks/again", json={"event": "evt_1"})

        assert answer.status_code == 400


class TestTheOrder:
    async def test_is_drawn_from_the_seed_when_held_events_are_released(
        self, wire, payment, receiver, read
    ):
        orders = []
        for seed in (7, 7, 8):
            await wire.post("/_test/seed", json={"seed": seed})
            await arm(wire, "webhook_held", times=6)
            for amount in range(1, 7):
                await pending(wire, payment, amount)
            released = await wire.post("/_test/webhooks/release")
            assert released.json() == {"released": 6}
            orders.append(await _amounts(wire))
            await arrived(receiver, read, 6)

        assert sorted(orders[0]) == [1, 2, 3, 4, 5, 6]
        assert orders[0] == orders[1] != orders[2]

    async def test_is_mixed_up_by_delays_that_differ(self, wire, payment, receiver, read):
        await arm(wire, "webhook_shuffled", times=12, seconds=3)  # the twelve are made sooner
        made = [(await pending(wire, payment, 1))["id"] for _ in range(12)]

        came = [event.object_id for event in await arrived(receiver, read, 12)]

        assert sorted(came) == sorted(made)
        assert came != made


class TestASignature:
    @pytest.mark.parametrize("mode", ["webhook_wrong_secret", "webhook_stale"])
    async def test_that_is_no_good_is_good_at_the_next_try(
        self, wire, payment, receiver, read, mode
    ):
        await arm(wire, mode, on="webhooks.try")
        receiver.statuses = [400]
        made = await pending(wire, payment)

        with pytest.raises(BadSignature):
            read(*await receiver.next())

        assert read(*await receiver.next()).object_id == made["id"]


async def _amounts(wire: httpx.AsyncClient) -> list[int]:
    """The amounts of the refunds that the last six deliveries were about, as they were begun."""
    begun = [one["event"] for one in (await wire.get("/_test/webhooks")).json()["items"][-6:]]
    events = {
        event["id"]: event["data"]["object"]["amount"]
        for event in (await wire.get("/v1/events", params={"limit": 100})).json()["data"]
    }
    return [events[event] for event in begun]
