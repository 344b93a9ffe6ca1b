"""What stands in an address: a return's number however it was typed, and an order's as it is."""

import pytest

from tests.api.conftest import Api
from tests.api.journey import opened
from tests.api.orders import order
from tests.api.test_calls_sent_twice import under
from tests.api.test_refusals import is_problem


class TestAReturnsNumber:
    async def test_is_found_however_it_was_typed(self, api: Api):
        number = (await opened(api))["number"]
        for typed in (number.lower(), number.replace("-", ""), number.replace("-", " ").title()):
            for caller in (api.by("support"), await api.customer()):
                answer = await caller.get(f"/returns/{typed}")

                assert answer.status_code == 200, typed
                assert answer.json()["number"] == number
            events = await api.by("support").get(f"/returns/{typed}/events")
            assert events.json()["items"][0]["type"] == "return.requested"

    async def test_is_the_same_call_under_a_key_however_it_was_typed(self, api: Api):
        number = (await opened(api))["number"]
        support, body = api.by("support"), {"message": "Hello."}
        first = await support.post(f"/returns/{number}/messages", json=body, headers=under("k"))
        again = await support.post(
            f"/returns/{number.lower()}/messages", json=body, headers=under("k")
        )

        assert again.headers["idempotent-replayed"] == "true"
        assert again.content == first.content

    async def test_with_a_wrong_letter_is_no_other(self, api: Api):
        number = (await opened(api))["number"].lower()
        wrong = number[:-1] + ("0" if number[-1] != "0" else "1")

        is_problem(await api.by("support").get(f"/returns/{wrong}"), 404, "not_found")


class TestAnOrdersNumber:
    @pytest.mark.parametrize("named", ["A%25B", "A%252FB", "A%3FB", "A%23B", "A;B", "A%5CB", "Ä 1"])
    async def test_that_was_taken_in_leads_to_the_order(self, api: Api, named: str):
        put = await api.by("shop").put(f"/orders/{named}", json=order())
        made = put.headers["location"].removeprefix("/api/v1")

        found = await api.by("support").get(made)
        assert (put.status_code, found.status_code) == (201, 200)
        assert found.json()["order_number"] == put.json()["order_number"]

    async def test_with_a_slash_is_refused_with_the_reason(self, api: Api):
        for method, address in (("PUT", "/orders/A%2FB"), ("GET", "/orders/A%2fB")):
            answer = await api.by("shop").request(method, address, json=order())

            assert "no number has a /" in is_problem(answer, 404, "not_found")["detail"]
        elsewhere = await api.by("shop").get("/orders/A/B")
        assert "no number" not in is_problem(elsewhere, 404, "not_found")["detail"]
