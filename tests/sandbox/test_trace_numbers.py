"""The number by which banks find a refund: it comes days later, with an event, once."""

import pytest

THREE_DAYS = 3 * 24 * 3600


@pytest.fixture
async def refund(wire, payment) -> str:
    answer = await wire.post("/v1/refunds", data={"payment_intent": payment, "amount": "100"})
    return answer.json()["id"]


async def card(wire, refund) -> dict:
    found = (await wire.get(f"/v1/refunds/{refund}")).json()
    return found["destination_details"]["card"]


async def events(wire) -> list:
    found = await wire.get("/v1/events", params={"type": "refund.updated"})
    return found.json()["data"]


async def at(wire, seconds) -> None:
    (await wire.post("/_test/clock", json={"offset_seconds": seconds})).raise_for_status()


class TestATraceNumber:
    async def test_comes_on_the_third_day_with_an_event(self, wire, refund):
        assert (await card(wire, refund))["reference_status"] == "pending"
        await at(wire, THREE_DAYS - 60)
        assert "reference" not in await card(wire, refund)
        await at(wire, THREE_DAYS + 60)

        found = await card(wire, refund)
        assert found["reference_status"] == "available"
        assert len(found["reference"]) == 23
        (told,) = await events(wire)
        assert told["data"]["object"]["destination_details"]["card"] == found

    async def test_stays_the_same_however_it_is_read(self, wire, refund, payment):
        await at(wire, THREE_DAYS)
        listed = await wire.get("/v1/refunds", params={"payment_intent": payment})
        (one,) = listed.json()["data"]

        assert one["destination_details"]["card"] == await card(wire, refund)
        assert len(await events(wire)) == 1

    async def test_never_comes_for_a_reversal_or_what_failed(self, wire, refund, payment):
        more = {"payment_intent": payment, "amount": "100"}
        failed = (await wire.post("/v1/refunds", data=more)).json()["id"]
        await wire.post("/_test/refunds/fail", json={"refund": failed})
        await wire.post("/_test/refunds/reversal", json={"refund": refund})
        await at(wire, 2 * THREE_DAYS)

        assert (await card(wire, refund))["type"] == "reversal"
        assert "reference" not in await card(wire, refund)
        assert "reference" not in await card(wire, failed)
        too_late = await wire.post("/_test/refunds/reversal", json={"refund": "re_nothing"})
        assert too_late.status_code == 404
