from datetime import timedelta
from typing import Any

from tests.api.conftest import Api
from tests.api.journey import found
from tests.api.orders import line, order, request
from tests.api.test_refusals import is_problem


async def compensated(api: Api, who: str = "bench", units: int = 1) -> list[dict[str, Any]]:
    """Let units come back one by one for our fault; return the compensations, oldest first."""
    shipment = order()["shipments"][0] | {"lines": [{"line_id": "L1", "quantity": 9}]}
    payment = order()["payments"][0] | {"captured": 10**6}
    await api.put_order(lines=[line(quantity=9)], payments=[payment], shipments=[shipment])
    for _ in range(units):
        api.clock.now += timedelta(minutes=1)
        faulty = {"line_id": "L1", "quantity": 1, "reason": "defective"}
        asked = await api.by("support").post("/returns", json=request("EKR-1001", faulty))
        number = asked.json()["number"]
        await api.by("support").post(f"/returns/{number}/approve")
        one = {"lines": [{"line_id": "L1", "quantity": 1}]}
        await api.by(who).post(f"/returns/{number}/receipts", json=one)
        answer = await api.by(who).post(
            f"/returns/{number}/inspections", json={"lines": [found(found_cause="sewing")]}
        )
        assert answer.status_code == 201, answer.text
    listed = await api.by("finance").get("/compensations")
    return listed.json()["items"][::-1]


class TestACompensation:
    async def test_is_shown_with_its_return(self, api: Api):
        (one,) = await compensated(api)
        case = (await api.by("support").get(f"/returns/{one['return_number']}")).json()

        (shown,) = case["compensations"]
        assert shown["id"] == one["id"]
        assert {name: shown[name] for name in ("kind", "value", "currency", "state")} == {
            "kind": "coupon",
            "value": 1000,
            "currency": "USD",
            "state": "approved",
        }
        assert (one["cause"], one["clause"]) == ("defective", "fault.compensation")

    async def test_is_given_by_support_with_its_code(self, api: Api):
        (one,) = await compensated(api)
        path = f"/compensations/{one['id']}/give"
        answer = await api.by("support").post(path, json={"reference": "SORRY-10"})

        assert answer.status_code == 200, answer.text
        given = answer.json()
        assert (given["state"], given["reference"]) == ("given", "SORRY-10")
        assert given["version"] == one["version"] + 1
        again = await api.by("support").post(path, json={"reference": "SORRY-11"})
        is_problem(again, 409, "transition_not_allowed")

    async def test_above_the_caps_is_approved_by_finance(self, api: Api):
        last = (await compensated(api, units=3))[-1]
        assert last["state"] == "proposed"
        early = await api.by("support").post(
            f"/compensations/{last['id']}/give", json={"reference": "SORRY"}
        )
        is_problem(early, 409, "transition_not_allowed")

        answer = await api.by("finance").post(f"/compensations/{last['id']}/approve")
        assert answer.json()["state"] == "approved"
        stale = await api.by("finance").post(
            f"/compensations/{last['id']}/refuse", json={"reason": "x"}, headers={"If-Match": '"1"'}
        )
        is_problem(stale, 412, "stale_version")

    async def test_is_not_decided_by_who_inspected_whatever_the_body(self, api: Api):
        last = (await compensated(api, who="manager", units=3))[-1]
        for action, body in (("approve", "{}"), ("refuse", "{"), ("refuse", '{"reason": "No."}')):
            answer = await api.by("manager").post(
                f"/compensations/{last['id']}/{action}", content=body
            )
            is_problem(answer, 403, "same_person")

    async def test_is_refused_with_a_reason(self, api: Api):
        last = (await compensated(api, units=3))[-1]
        path = f"/compensations/{last['id']}/refuse"
        is_problem(await api.by("finance").post(path, json={}), 400, "invalid_request")

        answer = await api.by("finance").post(path, json={"reason": "Two are enough."})
        assert answer.json()["state"] == "refused"

    async def test_sent_twice_with_one_key_is_given_once(self, api: Api):
        (one,) = await compensated(api)
        path, body = f"/compensations/{one['id']}/give", {"reference": "SORRY-10"}
        headers = {"Idempotency-Key": "give-1"}
        first = await api.by("support").post(path, json=body, headers=headers)
        second = await api.by("support").post(path, json=body, headers=headers)

        assert first.json() == second.json()
        assert second.headers["Idempotent-Replayed"] == "true"


class TestTheList:
    async def test_is_walked_by_its_cursor_and_filtered_by_state(self, api: Api):
        known = [one["id"] for one in await compensated(api, units=3)]
        seen, cursor = [], ""
        while cursor is not None:
            more = f"&cursor={cursor}" if cursor else ""
            page = (await api.by("support").get(f"/compensations?limit=1{more}")).json()
            seen += [one["id"] for one in page["items"]]
            cursor = page["next_cursor"]
        assert seen == known[::-1]

        waiting = (await api.by("finance").get("/compensations?state=proposed")).json()["items"]
        assert [one["state"] for one in waiting] == ["proposed"]
        bad = await api.by("finance").get("/compensations?state=lost")
        is_problem(bad, 400, "invalid_request")
