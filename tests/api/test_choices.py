from datetime import timedelta
from typing import Any

import httpx

from tests.api.conftest import Api
from tests.api.test_refusals import is_problem

OFFER = {"kind": "out_of_stock", "lines": [{"line_id": "L1", "quantity": 2}]}


async def unshipped(api: Api, number: str = "EKR-1001") -> None:
    await api.put_order(number, reference=f"pi_{number}", shipments=[], status="processing")


async def offer(api: Api, number: str = "EKR-1001", **changes: Any) -> httpx.Response:
    return await api.by("support").post(f"/orders/{number}/choices", json=OFFER | changes)


async def offered(api: Api, number: str = "EKR-1001", **changes: Any) -> dict[str, Any]:
    answer = await offer(api, number, **changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


class TestOffering:
    async def test_answers_with_the_choice(self, api: Api):
        await unshipped(api)
        choice = await offered(
            api, restock_on="2026-04-10", restock_until="2026-04-20", swap_skus=["EKR-GRY"]
        )

        assert choice | {"id": "", "lines": []} == {
            "id": "",
            "order_number": "EKR-1001",
            "return_number": None,
            "kind": "out_of_stock",
            "state": "open",
            "lines": [],
            "options": ["wait", "swap", "cancel"],
            "default": "wait",
            "repeated": False,
            "restock_on": "2026-04-10",
            "restock_until": "2026-04-20",
            "swap_skus": ["EKR-GRY"],
            "offered_at": "2026-03-30T12:00:00Z",
            "deadline": "2026-04-07T03:59:59Z",
            "reminded_at": None,
            "chosen": None,
            "closed_at": None,
            "done": None,
            "version": 1,
        }
        assert choice["lines"] == [
            {
                "line_id": "L1",
                "sku": "EKR-F150-BLK",
                "title": "Seat covers, Ford F-150, black",
                "quantity": 2,
            }
        ]
        shown = await api.by("support").get(f"/choices/{choice['id']}")
        assert (shown.json(), shown.headers["etag"]) == (choice, '"1"')

    async def test_takes_days_and_not_moments(self, api: Api):
        await unshipped(api)
        for wrong in ("2026-04-10T00:00:00Z", "10 April", "2026-02-30", 20260410):
            is_problem(await offer(api, restock_on=wrong), 400, "invalid_request")

    async def test_says_which_field_is_at_fault(self, api: Api):
        await unshipped(api)
        answer = await offer(api, restock_on="2026-03-29")
        is_problem(answer, 422, "in_the_past")
        assert answer.json()["errors"][0]["pointer"] == "/restock_on"
        is_problem(await offer(api, lines=[]), 422, "no_lines")
        is_problem(await offer(api, kind="undeliverable"), 422, "not_shipped")
        is_problem(await offer(api, state="chosen"), 400, "invalid_request")

    async def test_is_done_once_for_a_key(self, api: Api):
        await unshipped(api)
        support, key = api.by("support"), {"Idempotency-Key": "one"}
        first = await support.post("/orders/EKR-1001/choices", json=OFFER, headers=key)
        again = await support.post("/orders/EKR-1001/choices", json=OFFER, headers=key)

        assert first.json() == again.json()
        is_problem(await offer(api), 409, "choice_open")

    async def test_knows_no_other_order(self, api: Api):
        is_problem(await offer(api, "EKR-9"), 404, "not_found")


class TestTheList:
    async def test_goes_on_from_page_to_page_newest_first(self, api: Api):
        made = []
        for place in range(3):
            await unshipped(api, f"EKR-{place}")
            api.clock.now += timedelta(minutes=1)
            made.append((await offered(api, f"EKR-{place}"))["id"])
        support = api.by("support")
        first = (await support.get("/choices?limit=2&state=open")).json()
        rest = (
            await support.get(f"/choices?limit=2&state=open&cursor={first['next_cursor']}")
        ).json()

        assert [one["id"] for one in [*first["items"], *rest["items"]]] == made[::-1]
        assert rest["next_cursor"] is None
        assert (await support.get("/choices?state=chosen")).json()["items"] == []
        is_problem(await support.get("/choices?state=lost"), 400, "invalid_request")
        is_problem(await support.get("/choices?who=me"), 400, "invalid_request")

    async def test_shows_a_customer_their_own_alone(self, api: Api):
        await unshipped(api)
        await unshipped(api, "EKR-2")
        mine, other = await offered(api), await offered(api, "EKR-2")
        customer = await api.customer()

        found = (await customer.get("/choices")).json()["items"]
        assert [one["id"] for one in found] == [mine["id"]]
        assert (await customer.get(f"/choices/{mine['id']}")).status_code == 200
        is_problem(await customer.get("/choices?order_number=EKR-2"), 404, "not_found")
        for method, path in (("GET", ""), ("POST", "/choose")):
            answer = await customer.request(method, f"/choices/{other['id']}{path}")
            is_problem(answer, 404, "not_found")


class TestChoosing:
    async def test_happens_once(self, api: Api):
        await unshipped(api)
        choice = await offered(api)
        customer, url = await api.customer(), f"/choices/{choice['id']}/choose"
        chosen = await customer.post(url, json={"option": "cancel"})
        again = await customer.post(url, json={"option": "wait"})

        assert chosen.status_code == 200
        assert chosen.json()["chosen"] == {
            "option": "cancel",
            "sku": None,
            "at": "2026-03-30T12:00:00Z",
            "by": "customer",
        }
        is_problem(again, 409, "transition_not_allowed")
        assert (again.json()["state"], again.json()["action"]) == ("chosen", "choose")
        opened = await customer.get(f"/returns/{chosen.json()['return_number']}")
        assert (opened.json()["kind"], opened.json()["state"]) == ("cancellation", "settling")

    async def test_is_refused_for_what_is_no_option(self, api: Api):
        await unshipped(api)
        url = f"/choices/{(await offered(api))['id']}/choose"
        customer = await api.customer()

        is_problem(await customer.post(url, json={"option": "keep"}), 400, "invalid_request")
        is_problem(await customer.post(url, json={"option": "refund"}), 422, "option_not_offered")
        swap = {"option": "swap", "sku": "EKR-GRY"}
        is_problem(await customer.post(url, json=swap), 422, "unknown_sku")
        stale = await customer.post(url, json={"option": "wait"}, headers={"If-Match": '"7"'})
        is_problem(stale, 412, "stale_version")

    async def test_is_not_for_the_merchant_to_do(self, api: Api):
        await unshipped(api)
        url = f"/choices/{(await offered(api))['id']}/choose"

        is_problem(
            await api.by("manager").post(url, json={"option": "wait"}), 403, "customers_only"
        )


class TestWhatTheStaffDoes:
    async def test_takes_a_choice_back(self, api: Api):
        await unshipped(api)
        url = f"/choices/{(await offered(api))['id']}"
        support = api.by("support")
        answer = await support.post(f"{url}/withdraw", json={"reason": "It came in."})

        assert (answer.json()["state"], answer.json()["chosen"]) == ("withdrawn", None)
        again = await support.post(f"{url}/withdraw", json={"reason": "Again."})
        is_problem(again, 409, "transition_not_allowed")

    async def test_marks_what_it_carried_out(self, api: Api):
        await unshipped(api)
        url = f"/choices/{(await offered(api))['id']}"
        support, customer = api.by("support"), await api.customer()
        done = {"reference": "WEB-5501"}
        is_problem(await support.post(f"{url}/done", json=done), 409, "transition_not_allowed")
        await customer.post(f"{url}/choose", json={"option": "swap"})
        answer = await support.post(f"{url}/done", json=done)

        assert answer.json()["done"] == {"at": "2026-03-30T12:00:00Z", "reference": "WEB-5501"}
        is_problem(await support.post(f"{url}/done", json=done), 409, "transition_not_allowed")
