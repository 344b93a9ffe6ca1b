import pytest

from returns_engine.queries.rows import rows
from tests.api.conftest import Api
from tests.api.orders import line, order
from tests.api.test_refusals import is_problem


class TestAnOrderThatIsTakenIn:
    @pytest.mark.parametrize("named", ["%2e", "%2e%2e", "%201796", "17%0996", "17%E2%80%AE96"])
    async def test_has_a_number_that_a_person_and_an_address_can_name(self, api: Api, named: str):
        answer = await api.by("shop").put(f"/orders/{named}", json=order())

        fault = is_problem(answer, 422, "inconsistent_order")["errors"][0]
        assert (fault["pointer"], fault["code"]) == ("/order_number", "unnameable_number")

    async def test_is_created_once_and_then_kept_as_it_is(self, api: Api):
        first = await api.by("shop").put("/orders/EKR-1001", json=order())
        again = await api.by("shop").put("/orders/EKR-1001", json=order())

        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json()["version"] == again.json()["version"] == 1
        assert again.headers["etag"] == '"1"'

    async def test_is_answered_as_it_was_sent(self, api: Api):
        answer = await api.put_order()

        for name, value in order().items():
            if name not in {"lines", "shipments"}:
                assert answer[name] == value, name
        assert answer["lines"][0].items() >= line().items()
        assert answer["shipments"][0].items() >= order()["shipments"][0].items()
        assert answer["order_number"] == "EKR-1001"

    async def test_keeps_the_address_of_a_picture_that_it_had_before_they_were_looked_at(
        self, api: Api
    ):
        await api.put_order()
        await rows("UPDATE order_lines SET image_url = 'seat.jpg'")

        found = await api.by("support").get("/orders/EKR-1001")
        again = await api.by("shop").put(
            "/orders/EKR-1001", json=order(lines=[line(image_url="seat.jpg")])
        )

        assert found.json()["lines"][0]["image_url"] == "seat.jpg"
        fault = is_problem(again, 400, "invalid_request")["errors"][0]
        assert fault["pointer"] == "/lines/0/image_url"
        assert "https://shop.example/seat.jpg" in fault["detail"]
        assert (await api.put_order())["lines"][0]["image_url"] is None

    async def test_says_per_line_what_may_come_back_and_until_when(self, api: Api):
        answer = await api.put_order()

        known = answer["lines"][0]
        assert known["net"] == 24990
        assert known["returnable"] == 2
        assert known["returnable_until"] == "2026-03-31"
        assert known["refunded"] == 0
        assert answer["rounding"] == 0

    async def test_is_refused_against_another_version(self, api: Api):
        await api.put_order()
        changed = order(customer=order()["customer"] | {"name": "Dana R."})
        client = api.by("shop")
        stale = await client.put("/orders/EKR-1001", json=changed, headers={"If-Match": '"7"'})
        torn = await client.put("/orders/EKR-1001", json=changed, headers={"If-Match": "1"})
        right = await client.put("/orders/EKR-1001", json=changed, headers={"If-Match": '"1"'})

        assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
        assert (torn.status_code, torn.json()["code"]) == (400, "invalid_request")
        assert (right.status_code, right.json()["version"]) == (200, 2)
