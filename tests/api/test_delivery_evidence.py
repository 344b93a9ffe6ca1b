import pytest

from tests.api.conftest import Api
from tests.api.orders import request
from tests.api.test_refusals import is_problem

URL = "/orders/EKR-1001/delivery-evidence"
LATER = {
    "shipment_id": "S1",
    "delivered_at": "2026-03-20T18:00:00Z",
    "reason": "It lay at the neighbor's until then.",
}


class TestACustomersWord:
    async def test_counts_from_the_answer_on(self, api: Api):
        await api.put_order()

        answer = await api.by("support").post(URL, json=LATER)

        assert answer.status_code == 201
        told = answer.json()
        assert told["stands"] is True
        assert told["order"]["version"] == 2
        assert answer.headers["etag"] == '"2"'
        assert told["order"]["lines"][0]["returnable_until"] == "2026-04-19"

    async def test_that_is_earlier_is_kept_and_the_answer_says_so(self, api: Api):
        await api.put_order()

        answer = await api.by("support").post(
            URL, json=LATER | {"delivered_at": "2026-02-28T18:00:00Z"}
        )

        assert answer.status_code == 201
        told = answer.json()
        assert told["stands"] is False
        assert "kept on record" in told["says"]
        assert told["order"]["version"] == 1

    async def test_is_shown_to_the_staff_with_its_reason_and_to_customers_without(self, api: Api):
        await api.put_order()
        await api.by("support").post(URL, json=LATER)

        for_staff = (await api.by("support").get("/orders/EKR-1001")).json()
        for_them = (await (await api.customer()).get("/orders/EKR-1001")).json()

        words = for_staff["shipments"][0]["evidence"]
        assert [word["evidence"] for word in words] == ["carrier_scan", "customer_statement"]
        assert words[1]["reason"] == LATER["reason"]
        assert words[1]["recorded_by"] == "support@example.com"
        assert "evidence" not in for_them["shipments"][0]
        assert for_them["shipments"][0]["delivery_evidence"] == "customer_statement"

    async def test_sent_twice_with_one_key_is_kept_once(self, api: Api):
        await api.put_order()
        once = {"Idempotency-Key": "word-1"}

        first = await api.by("support").post(URL, json=LATER, headers=once)
        again = await api.by("support").post(URL, json=LATER, headers=once)

        assert again.headers["idempotent-replayed"] == "true"
        assert again.json() == first.json()
        assert (await api.row_counts())["delivery_evidence"] == 2

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            (LATER | {"delivered_at": "2026-03-31T00:00:00Z"}, 422, "delivered_in_the_future"),
            (LATER | {"delivered_at": "2026-02-24T17:59:59Z"}, 422, "delivered_before_shipped"),
            (LATER | {"shipment_id": "S2"}, 422, "unknown_shipment"),
            (LATER | {"evidence": "carrier_scan"}, 400, "invalid_request"),
            (LATER | {"reason": " "}, 400, "invalid_request"),
            (LATER | {"delivered_at": "2026-03-20T18:00:00"}, 400, "invalid_request"),
        ],
    )
    async def test_that_cannot_be_is_refused(self, api: Api, body, status, code):
        await api.put_order()

        is_problem(await api.by("support").post(URL, json=body), status, code)

    async def test_of_an_order_that_is_not_there_or_changed_is_refused(self, api: Api):
        is_problem(await api.by("support").post(URL, json=LATER), 404, "not_found")
        await api.put_order()
        stale = await api.by("support").post(URL, json=LATER, headers={"If-Match": '"9"'})
        is_problem(stale, 412, "stale_version")

    async def test_turns_a_refusal_into_an_approval_when_it_is_asked_again(self, api: Api):
        await api.put_order()
        api.clock.now = api.clock.now.replace(month=4, day=10)
        customer = await api.customer()
        is_problem(await customer.post("/returns", json=request()), 422, "return_window_closed")

        await api.by("support").post(URL, json=LATER)

        assert (await customer.post("/returns", json=request())).json()["state"] == "approved"
