from typing import Any

import httpx

from tests.api.conftest import Api
from tests.api.journey import found
from tests.api.orders import NOW, asked, request
from tests.api.test_refusals import is_problem

NUMBER = "1Z999AA10123456784"
NOBODY_ELSES = "00000000-0000-4000-8000-000000000000"


async def planned(api: Api, order: str = "EKR-1001", **about: Any) -> dict[str, Any]:
    """A replacement that was planned for a wrong item."""
    await api.put_order(order, **about)
    manager = api.by("manager")
    wish = request(order, asked(reason="wrong_item")) | {"resolution": "replacement"}
    number = (await (await api.customer(order)).post("/returns", json=wish)).json()["number"]
    await manager.post(f"/returns/{number}/approve", json={})
    units = {"lines": [{"line_id": "L1", "quantity": 1}]}
    await manager.post(f"/returns/{number}/receipts", json=units)
    answer = await manager.post(f"/returns/{number}/inspections", json={"lines": [found()]})
    assert answer.status_code == 201, answer.text
    shown = await manager.get(f"/replacements/{answer.json()['replacements'][0]['id']}")
    assert shown.status_code == 200, shown.text
    return shown.json()


async def move(api: Api, one: dict[str, Any], step: str, **body: Any) -> httpx.Response:
    return await api.by("support").post(f"/replacements/{one['id']}/{step}", json=body)


class TestAReplacement:
    async def test_is_shown_with_all_that_is_known_of_it(self, api: Api):
        one = await planned(api)

        assert one == {
            "id": one["id"],
            "return_number": one["return_number"],
            "order_number": "EKR-1001",
            "line_id": "L1",
            "sku": "EKR-F150-BLK",
            "title": "Seat covers, Ford F-150, black",
            "quantity": 1,
            "state": "planned",
            "external_order": None,
            "carrier": None,
            "tracking_number": None,
            "tracking_url": None,
            "expected_on": None,
            "warranty_until": None,
            "planned_at": "2026-03-30T12:00:00Z",
            "awaiting_stock_at": None,
            "ordered_at": None,
            "shipped_at": None,
            "delivered_at": None,
            "cancelled_at": None,
            "approvals": [],
            "needs_second_approval": False,
            "version": 1,
        }

    async def test_is_moved_on_to_its_end(self, api: Api):
        one = await planned(api)
        waits = await move(api, one, "await-stock", expected_on="2026-05-04")
        assert (waits.status_code, waits.json()["expected_on"]) == (200, "2026-05-04")
        assert waits.headers["etag"] == '"2"'
        ordered = await move(api, one, "order", external_order="EKR-2002")
        assert ordered.json()["external_order"] == "EKR-2002"
        shipped = (await move(api, one, "ship", carrier="UPS", tracking_number=NUMBER)).json()
        assert (shipped["carrier"], shipped["tracking_number"]) == ("ups", NUMBER)
        assert shipped["tracking_url"].endswith(NUMBER)
        arrived = (await move(api, one, "deliver")).json()
        assert (arrived["state"], arrived["delivered_at"]) == ("delivered", "2026-03-30T12:00:00Z")

        case = (await api.by("support").get(f"/returns/{one['return_number']}")).json()
        assert (case["state"], case["lines"][0]["replaced"]) == ("closed", 1)
        assert case["replacements"][0]["tracking_url"] == shipped["tracking_url"]

    async def test_that_is_cancelled_is_followed_by_its_refund(self, api: Api):
        one = await planned(api)
        answer = await move(api, one, "cancel", reason="It is made no more.")

        assert answer.json()["state"] == "cancelled"
        case = (await api.by("support").get(f"/returns/{one['return_number']}")).json()
        assert case["state"] == "settling"
        assert [refund["state"] for refund in case["refunds"]] == ["proposed"]
        is_problem(await move(api, one, "cancel", reason="x"), 409, "transition_not_allowed")

    async def test_refuses_a_move_that_it_does_not_have_and_says_why(self, api: Api):
        one = await planned(api)
        problem = is_problem(await move(api, one, "deliver"), 409, "transition_not_allowed")

        assert (problem["state"], problem["action"]) == ("planned", "deliver")

    async def test_is_not_moved_by_who_saw_an_older_version(self, api: Api):
        one = await planned(api)
        await move(api, one, "await-stock")
        support = api.by("support")
        url = f"/replacements/{one['id']}/order"
        body = {"external_order": "EKR-2002"}

        stale = await support.post(url, json=body, headers={"If-Match": '"1"'})
        is_problem(stale, 412, "stale_version")
        fresh = await support.post(url, json=body, headers={"If-Match": '"2"'})
        assert fresh.status_code == 200
        is_problem(
            await support.post(url, json=body, headers={"If-Match": "2"}), 400, "invalid_request"
        )

    async def test_sent_twice_under_one_key_moves_once(self, api: Api):
        one = await planned(api)
        support = api.by("support")
        for _ in range(2):
            answer = await support.post(
                f"/replacements/{one['id']}/cancel",
                json={"reason": "It is made no more."},
                headers={"Idempotency-Key": "a"},
            )
            assert answer.json()["state"] == "cancelled"

        assert (await api.row_counts())["refunds"] == 1

    async def test_takes_only_what_it_knows(self, api: Api):
        one = await planned(api)
        for step, body in (
            ("await-stock", {"expected_on": "soon"}),
            ("await-stock", {"expected_on": "2026-05-04T00:00:00Z"}),
            ("await-stock", {"state": "delivered"}),
            ("order", {}),
            ("order", {"external_order": " "}),
            ("ship", {"carrier": "ups"}),
            ("deliver", {"delivered_at": "2026-03-30T12:00:00Z"}),
            ("cancel", {"reason": ""}),
            ("cancel", {"reason": "x", "amount": 1}),
        ):
            is_problem(await move(api, one, step, **body), 400, "invalid_request")
        past = await move(api, one, "await-stock", expected_on="2026-03-29")
        problem = is_problem(past, 422, "expected_in_the_past")
        assert problem["errors"][0]["pointer"] == "/expected_on"

    async def test_that_is_not_there_is_not_found_before_the_body_is_read(self, api: Api):
        support = api.by("support")
        for known in (NOBODY_ELSES, "no-id"):
            is_problem(await support.get(f"/replacements/{known}"), 404, "not_found")
            for step in ("await-stock", "order", "ship", "deliver", "cancel"):
                answer = await support.post(f"/replacements/{known}/{step}", content=b"{")
                is_problem(answer, 404, "not_found")


class TestTheListOfReplacements:
    async def test_goes_on_where_it_stopped_newest_first(self, api: Api):
        made = []
        for place in range(3):
            api.clock.now = NOW.replace(minute=place)
            about = {"reference": f"pi_{place}", "email": f"dana{place}@example.com"}
            made.append((await planned(api, f"EKR-{place}", **about))["id"])
        support = api.by("support")
        first = (await support.get("/replacements?limit=2")).json()
        rest = (await support.get(f"/replacements?limit=2&cursor={first['next_cursor']}")).json()

        assert [one["id"] for one in first["items"] + rest["items"]] == made[::-1]
        assert rest["next_cursor"] is None

    async def test_is_filtered_by_state(self, api: Api):
        one = await planned(api)
        support = api.by("support")

        assert (await support.get("/replacements?state=planned")).json()["items"] == [one]
        assert (await support.get("/replacements?state=shipped")).json()["items"] == []
        is_problem(await support.get("/replacements?state=lost"), 400, "invalid_request")
        is_problem(await support.get("/replacements?q=x"), 400, "invalid_request")
        is_problem(await support.get("/replacements?cursor=x"), 400, "invalid_request")
