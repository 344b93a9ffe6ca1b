"""Faults by ordinal, match and chance, and what each leaves on the wire."""

import asyncio

import httpx
import pytest


async def arm(wire, mode, **more):
    fault = {"on": "refunds.create", "mode": mode, **more}
    answer = await wire.post("/_test/faults", json=fault)
    assert answer.status_code == 201, answer.text


async def refund(wire, payment, amount=100, **fields):
    data = {"payment_intent": payment, "amount": str(amount), **fields}
    return await wire.post("/v1/refunds", data=data)


async def refunds_of(wire, payment):
    answer = await wire.get("/_test/ledger", params={"payment_intent": payment})
    return answer.json()["items"][0]["refunds"]


class TestAFault:
    async def test_lets_as_many_requests_pass_as_it_is_told(self, wire, payment):
        await arm(wire, "declined", after=2)
        await arm(wire, "http_503_before", after=3)

        answers = [(await refund(wire, payment)).status_code for _ in range(5)]

        assert answers == [200, 200, 402, 503, 200]

    async def test_counts_only_the_requests_it_is_for(self, wire, payment):
        match = {"metadata.refund_id": "7f0c"}
        await arm(wire, "declined", after=1, match=match)

        answers = [
            (await refund(wire, payment, **{"metadata[refund_id]": name})).status_code
            for name in ("7f0c", "other", "7f0c", "7f0c")
        ]

        assert answers == [200, 200, 402, 200]

    async def test_is_meant_for_one_key_or_one_object(self, wire, payment):
        await arm(wire, "declined", match={"idempotency_key": "k2"})
        keys = [{"Idempotency-Key": name} for name in ("k1", "k2")]
        data = {"payment_intent": payment, "amount": "1"}
        made = [await wire.post("/v1/refunds", data=data, headers=key) for key in keys]
        one = made[0].json()["id"]
        fault = {"on": "refunds.retrieve", "mode": "http_503_before", "match": {"id": one}}
        await wire.post("/_test/faults", json=fault)

        assert [answer.status_code for answer in made] == [200, 402]
        assert (await wire.get(f"/v1/refunds/{one}")).status_code == 503

    async def test_strikes_by_a_chance_that_its_seed_repeats(self, wire, payment):
        runs = []
        for seed in (1, 1, 2):
            await wire.post("/_test/seed", json={"seed": seed})
            await arm(wire, "http_502_before", chance=0.5, times=100)
            runs.append([(await refund(wire, payment, 1)).status_code for _ in range(20)])
            await wire.delete("/_test/faults")

        assert runs[0] == runs[1] != runs[2]
        assert set(runs[0]) == {200, 502}

    @pytest.mark.parametrize(
        "more", [{"after": -1}, {"chance": 0}, {"chance": 1.1}, {"seconds": -1}]
    )
    async def test_of_no_sense_is_refused(self, wire, more):
        fault = {"on": "refunds.create", "mode": "declined", **more}
        assert (await wire.post("/_test/faults", json=fault)).status_code == 400


class TestTheLine:
    async def test_is_closed_without_a_word(self, wire, payment):
        await arm(wire, "drop_after")

        with pytest.raises(httpx.RemoteProtocolError, match="without sending"):
            await refund(wire, payment)

        assert len(await refunds_of(wire, payment)) == 1

    @pytest.mark.parametrize(("mode", "made"), [("reset_before", 0), ("reset_after", 1)])
    async def test_is_reset_by_the_peer(self, sandbox, wire, payment, mode, made):
        await arm(wire, mode)
        host, port = sandbox.address.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        body = f"payment_intent={payment}&amount=100".encode()
        head = (
            "POST /v1/refunds HTTP/1.1\r\nhost: x\r\nauthorization: Bearer sk_test_x\r\n"
            "content-type: application/x-www-form-urlencoded\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)

        with pytest.raises(ConnectionResetError):
            await reader.read()

        writer.close()
        assert len(await refunds_of(wire, payment)) == made

    async def test_crawls_and_the_answer_is_whole(self, wire, payment):
        await arm(wire, "slow_headers", seconds=0.3)
        started = asyncio.get_running_loop().time()

        answer = await refund(wire, payment)

        assert asyncio.get_running_loop().time() - started >= 0.3
        assert (answer.status_code, answer.json()["amount"]) == (200, 100)


class TestAnAnswerFromInFront:
    @pytest.mark.parametrize("status", [502, 503, 504])
    @pytest.mark.parametrize(("stage", "made"), [("before", 0), ("after", 1)])
    async def test_says_nothing_about_the_work(self, wire, payment, status, stage, made):
        await arm(wire, f"http_{status}_{stage}")

        assert (await refund(wire, payment)).status_code == status
        assert len(await refunds_of(wire, payment)) == made

    async def test_may_ask_to_be_tried_again(self, wire, payment):
        await arm(wire, "rate_limited")
        await arm(wire, "rate_limited_retry")

        answers = [await refund(wire, payment) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [429, 429]
        retries = [answer.headers.get("stripe-should-retry") for answer in answers]
        assert retries == [None, "true"]


class TestALateEffect:
    async def test_comes_with_the_sandboxs_clock_and_its_webhook(self, wire, payment):
        await arm(wire, "http_500_late", seconds=3600)
        assert (await refund(wire, payment)).status_code == 500
        assert await refunds_of(wire, payment) == []

        await wire.post("/_test/clock", json={"offset_seconds": 3601})

        [made] = await refunds_of(wire, payment)
        assert made["amount"] == 100
        [event] = (await wire.get("/v1/events", params={"type": "refund.created"})).json()["data"]
        assert event["data"]["object"]["id"] == made["id"]

    async def test_does_not_come_when_it_is_no_longer_allowed(self, wire, payment):
        await arm(wire, "http_500_late", seconds=3600)
        await refund(wire, payment)
        whole = (await refund(wire, payment, 5000)).json()

        await wire.post("/_test/clock", json={"offset_seconds": 3601})

        assert [made["id"] for made in await refunds_of(wire, payment)] == [whole["id"]]


class TestAFreshStart:
    async def test_forgets_payments_keys_faults_and_events(self, wire, payment):
        await arm(wire, "declined", after=5)
        await refund(wire, payment)

        assert (await wire.post("/_test/reset")).status_code == 204

        for path in ("/_test/ledger", "/_test/webhooks"):
            assert (await wire.get(path)).json()["items"] == []
        assert (await wire.get("/_test/faults")).json() == []
        assert (await wire.get("/v1/events")).json()["data"] == []
