from datetime import datetime, timedelta

import pytest

from returns_engine.gateways.clock import shifted_clock, system_clock


class TestTheLedger:
    async def test_tells_every_refund_of_a_payment(self, wire, payment):
        for amount in ("100", "200"):
            await wire.post("/v1/refunds", data={"payment_intent": payment, "amount": amount})

        answer = await wire.get("/_test/ledger", params={"payment_intent": payment})

        [account] = answer.json()["items"]
        assert (account["captured"], account["refunded"]) == (5000, 300)
        assert [refund["amount"] for refund in account["refunds"]] == [100, 200]

    async def test_does_not_count_what_failed(self, wire, payment):
        made = (await wire.post("/v1/refunds", data={"payment_intent": payment})).json()
        await wire.post("/_test/refunds/fail", json={"refund": made["id"], "failure_reason": None})

        [account] = (await wire.get("/_test/ledger")).json()["items"]

        assert (account["refunded"], account["refunds"][0]["status"]) == (0, "failed")


class TestTheClock:
    async def test_moves_for_everybody_who_reads_the_file(self, wire, tmp_path):
        clock = shifted_clock(tmp_path / "clock")

        answer = await wire.post("/_test/clock", json={"offset_seconds": 864_000})

        told = datetime.fromisoformat(answer.json()["now"])
        assert abs(told - clock()) < timedelta(minutes=1)
        assert clock() - system_clock() > timedelta(days=9)

    async def test_dates_what_the_provider_makes(self, wire, payment):
        await wire.post("/_test/clock", json={"offset_seconds": 864_000})

        made = (await wire.post("/v1/refunds", data={"payment_intent": payment})).json()

        assert made["created"] > system_clock().timestamp() + 800_000


class TestAFault:
    async def test_strikes_as_often_as_it_was_armed(self, wire, payment):
        fault = {"on": "refunds.create", "mode": "declined", "times": 2}
        await wire.post("/_test/faults", json=fault)

        answers = [
            (await wire.post("/v1/refunds", data={"payment_intent": payment})).status_code
            for _ in range(3)
        ]

        assert answers == [402, 402, 200]
        assert (await wire.get("/_test/faults")).json() == []

    async def test_strikes_only_the_request_it_is_meant_for(self, wire, payment):
        fault = {"on": "refunds.create", "mode": "declined", "match": {"amount": "7"}}
        await wire.post("/_test/faults", json=fault)

        answers = [
            (
                await wire.post("/v1/refunds", data={"payment_intent": payment, "amount": amount})
            ).status_code
            for amount in ("6", "7")
        ]

        assert answers == [200, 402]

    @pytest.mark.parametrize(
        "fault",
        [
            {"on": "refunds.invent", "mode": "declined"},
            {"on": "refunds.create", "mode": "bored"},
            {"on": "refunds.create", "mode": "mail_refused"},
            {"on": "refunds.list", "mode": "pending"},
            {"on": "refunds.create", "mode": "declined", "times": 0},
            {"on": "refunds.create", "mode": "declined", "how": "hard"},
        ],
    )
    async def test_that_could_never_strike_is_refused(self, wire, fault):
        assert (await wire.post("/_test/faults", json=fault)).status_code == 400


class TestSettling:
    async def test_is_refused_for_what_is_settled(self, wire, payment):
        made = (await wire.post("/v1/refunds", data={"payment_intent": payment})).json()

        assert (
            await wire.post("/_test/refunds/succeed", json={"refund": made["id"]})
        ).status_code == 400
        assert (
            await wire.post("/_test/refunds/fail", json={"refund": "re_none"})
        ).status_code == 404
