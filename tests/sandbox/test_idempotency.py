"""Keys as Stripe keeps them: docs.stripe.com/api/idempotent_requests."""

import asyncio

import pytest


def key(name):
    return {"Idempotency-Key": name}


async def refund(wire, payment, amount, name, **fields):
    data = {"payment_intent": payment, "amount": str(amount), **fields}
    return await wire.post("/v1/refunds", data=data, headers=key(name))


async def refunds_of(wire, payment):
    answer = await wire.get("/v1/refunds", params={"payment_intent": payment, "limit": 100})
    return answer.json()["data"]


class TestTheSameKey:
    async def test_gives_the_first_answer_again(self, wire, payment):
        first = await refund(wire, payment, 100, "k")
        again = await refund(wire, payment, 100, "k")

        assert "idempotent-replayed" not in first.headers
        assert again.headers["idempotent-replayed"] == "true"
        assert again.headers["original-request"] == first.headers["request-id"]
        assert again.content == first.content

    async def test_with_other_parameters_is_an_idempotency_error(self, wire, payment):
        await refund(wire, payment, 100, "k")

        other = await refund(wire, payment, 101, "k")

        assert other.status_code == 400
        assert other.json()["error"]["type"] == "idempotency_error"

    async def test_on_another_call_is_an_idempotency_error(self, wire, payment):
        await refund(wire, payment, 100, "k")

        other = await wire.post(f"/v1/payment_intents/{payment}/cancel", headers=key("k"))

        assert other.json()["error"]["type"] == "idempotency_error"

    async def test_gives_a_refusal_again_even_when_its_cause_is_gone(self, wire, payment):
        whole = (await refund(wire, payment, 5000, "whole")).json()
        refused = await refund(wire, payment, 100, "k")
        await wire.post("/_test/refunds/fail", json={"refund": whole["id"]})

        again = await refund(wire, payment, 100, "k")

        assert (refused.status_code, again.status_code) == (400, 400)
        assert again.headers["idempotent-replayed"] == "true"
        assert (await refund(wire, payment, 100, "another")).status_code == 200

    async def test_gives_a_breakdown_again(self, wire, payment):
        await wire.post("/_test/faults", json={"on": "refunds.create", "mode": "http_500"})

        answers = [await refund(wire, payment, 100, "k") for _ in range(2)]

        assert [answer.status_code for answer in answers] == [500, 500]
        assert answers[1].headers["idempotent-replayed"] == "true"

    async def test_is_free_again_after_parameters_that_did_not_pass(self, wire, payment):
        wrong = await refund(wire, payment, "ten", "k")
        right = await refund(wire, payment, 100, "k")

        assert (wrong.status_code, right.status_code) == (400, 200)

    @pytest.mark.parametrize("mode", ["rate_limited", "conflict", "http_503_before"])
    async def test_is_free_again_after_an_answer_from_in_front(self, wire, payment, mode):
        await wire.post("/_test/faults", json={"on": "refunds.create", "mode": mode})

        turned_away = await refund(wire, payment, 100, "k")
        taken = await refund(wire, payment, 100, "k")

        assert turned_away.status_code >= 409
        assert "idempotent-replayed" not in taken.headers

    async def test_is_forgotten_after_a_day_and_then_makes_a_second_refund(self, wire, payment):
        await refund(wire, payment, 100, "k")
        await wire.post("/_test/clock", json={"offset_seconds": 86_399})
        still = await refund(wire, payment, 100, "k")

        await wire.post("/_test/clock", json={"offset_seconds": 86_401})
        later = await refund(wire, payment, 100, "k")

        assert still.headers.get("idempotent-replayed") == "true"
        assert "idempotent-replayed" not in later.headers
        assert len(await refunds_of(wire, payment)) == 2

    async def test_is_in_use_while_the_first_request_runs(self, wire, payment):
        await wire.post("/_test/faults", json={"on": "refunds.create", "mode": "slow"})

        answers = await asyncio.gather(*(refund(wire, payment, 100, "k") for _ in range(5)))

        assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
        assert len(await refunds_of(wire, payment)) == 1

    async def test_of_twenty_at_once_makes_one_refund(self, wire, payment):
        answers = await asyncio.gather(*(refund(wire, payment, 100, "k") for _ in range(20)))

        assert {answer.json()["id"] for answer in answers} == {
            made["id"] for made in await refunds_of(wire, payment)
        }

    async def test_may_not_be_longer_than_255(self, wire, payment):
        assert (await refund(wire, payment, 100, "k" * 255)).status_code == 200
        assert (await refund(wire, payment, 100, "k" * 256)).status_code == 400


class TestNoKey:
    async def test_makes_a_refund_each_time(self, wire, payment):
        for _ in range(2):
            await wire.post("/v1/refunds", data={"payment_intent": payment, "amount": "100"})

        assert len(await refunds_of(wire, payment)) == 2
