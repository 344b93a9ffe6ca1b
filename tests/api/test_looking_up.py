import hashlib
import hmac
import json
import time
from datetime import timedelta
from typing import Any

import pytest

from returns_engine.tables.messages import Message
from tests.api.conftest import OLD_WEBHOOK_SECRET, WEBHOOK_SECRET, Api
from tests.api.orders import NOW
from tests.api.test_refusals import is_problem

DANA = {"order_number": "EKR-1001", "contact": "Dana@Example.com"}


async def mailed_code() -> str:
    rows = await Message.select(Message.context).order_by(Message.created_at).output(load_json=True)
    return rows[-1]["context"]["code"]


class TestLookingUpAnOrder:
    async def test_lets_the_customer_in_by_a_mailed_code(self, api: Api):
        await api.put_order()
        asked = await api.client().post("/order-lookups", json=DANA)
        answer = await api.client().post(
            "/order-lookups/verify", json=DANA | {"code": await mailed_code()}
        )

        assert asked.status_code == 202
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert found.keys() == {"token", "expires_at", "order"}
        assert found["order"]["order_number"] == "EKR-1001"
        customer = api.client({"Authorization": f"Bearer {found['token']}"})
        assert (await customer.get("/orders/EKR-1001")).status_code == 200

    async def test_lets_in_for_half_an_hour_renewed_by_use_for_twelve_hours(self, api: Api):
        await api.put_order()
        await api.client().post("/order-lookups", json=DANA)
        answer = await api.client().post(
            "/order-lookups/verify", json=DANA | {"code": await mailed_code()}
        )
        customer = api.client({"Authorization": f"Bearer {answer.json()['token']}"})
        began = api.clock.now

        while (await customer.get("/orders/EKR-1001")).status_code == 200:
            api.clock.now += timedelta(minutes=25)
        assert timedelta(hours=12) <= api.clock.now - began < timedelta(hours=12, minutes=25)

    async def test_answers_the_same_whether_the_order_exists_or_not(self, api: Api):
        await api.put_order()
        answers = []
        for body in (DANA, DANA | {"contact": "eve@example.com"}, DANA | {"order_number": "X"}):
            began = time.monotonic()
            answer = await api.client().post("/order-lookups", json=body)
            answers.append((answer.status_code, answer.content))
            assert time.monotonic() - began >= 0.15

        assert len(set(answers)) == 1
        assert (await api.row_counts())["messages"] == 1

    async def test_refuses_a_wrong_code_and_a_code_used_twice(self, api: Api):
        await api.put_order()
        await api.client().post("/order-lookups", json=DANA)
        right = DANA | {"code": await mailed_code()}
        wrong = DANA | {"code": "000000" if right["code"] != "000000" else "111111"}
        verify = "/order-lookups/verify"

        is_problem(await api.client().post(verify, json=wrong), 401, "wrong_code")
        assert (await api.client().post(verify, json=right)).status_code == 200
        is_problem(await api.client().post(verify, json=right), 401, "wrong_code")

    async def test_is_limited_per_contact_in_an_hour(self, api: Api):
        await api.put_order()
        for _ in range(5):
            assert (await api.client().post("/order-lookups", json=DANA)).status_code == 202
        refused = await api.client().post("/order-lookups", json=DANA)

        is_problem(refused, 429, "too_many_requests")
        assert 0 < int(refused.headers["retry-after"]) <= 3600
        other = DANA | {"contact": "eve@example.com"}
        assert (await api.client().post("/order-lookups", json=other)).status_code == 202
        api.clock.now = NOW.replace(hour=NOW.hour + 1)
        assert (await api.client().post("/order-lookups", json=DANA)).status_code == 202

    async def test_is_limited_per_address_in_an_hour(self, api: Api):
        for place in range(20):
            body = DANA | {"contact": f"eve{place}@example.com"}
            assert (await api.client().post("/order-lookups", json=body)).status_code == 202
        refused = await api.client().post("/order-lookups", json=DANA)

        is_problem(refused, 429, "too_many_requests")


def signed(event: dict[str, Any], *, secret: str = WEBHOOK_SECRET) -> tuple[bytes, str]:
    raw = json.dumps(event).encode()
    at = int(NOW.timestamp())
    mac = hmac.new(secret.encode(), f"{at}.".encode() + raw, hashlib.sha256).hexdigest()
    return raw, f"t={at},v1={mac}"


EVENT = {
    "id": "evt_1",
    "type": "refund.updated",
    "created": int(NOW.timestamp()),
    "data": {"object": {"object": "refund", "id": "re_1", "payment_intent": "pi_1"}},
}


class TestAWebhook:
    async def test_is_kept_once(self, api: Api):
        raw, signature = signed(EVENT)
        headers = {"Stripe-Signature": signature}
        first = await api.client().post("/webhooks/stripe", content=raw, headers=headers)
        again = await api.client().post("/webhooks/stripe", content=raw, headers=headers)

        assert (first.status_code, again.status_code) == (200, 200)
        assert (await api.row_counts())["webhook_inbox"] == 1

    async def test_is_taken_under_either_secret_while_one_replaces_the_other(self, api: Api):
        for number, secret in enumerate((OLD_WEBHOOK_SECRET, WEBHOOK_SECRET)):
            raw, signature = signed({**EVENT, "id": f"evt_{number}"}, secret=secret)
            headers = {"Stripe-Signature": signature}
            answer = await api.client().post("/webhooks/stripe", content=raw, headers=headers)
            assert answer.status_code == 200
        assert (await api.row_counts())["webhook_inbox"] == 2

    @pytest.mark.parametrize("secret", ["whsec_of_somebody_else", ""])
    async def test_that_is_not_signed_by_stripe_is_refused(self, api: Api, secret: str):
        raw, signature = signed(EVENT, secret=secret)
        for headers in ({}, {"Stripe-Signature": signature}):
            answer = await api.client().post("/webhooks/stripe", content=raw, headers=headers)
            is_problem(answer, 400, "bad_signature")
        assert (await api.row_counts())["webhook_inbox"] == 0
