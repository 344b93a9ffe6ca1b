from typing import Any

from returns_engine.queries.rows import rows
from tests.api.conftest import Api
from tests.api.journey import found, proposed
from tests.api.orders import line, order, request


def dear(price: int = 150_000, reference: str = "pi_dear") -> dict[str, Any]:
    """Changes of an order that make its one unit dear; the price in minor units."""
    [payment], [parcel] = order()["payments"], order()["shipments"]
    return {
        "lines": [line(quantity=1, unit_price=price, tax=0)],
        "discount": 0,
        "payments": [payment | {"captured": price, "reference": reference}],
        "shipments": [parcel | {"lines": [{"line_id": "L1", "quantity": 1}]}],
    }


async def dear_refund(api: Api, price: int = 150_000) -> dict[str, Any]:
    await api.put_order(**dear(price))
    answer = await (await api.customer()).post("/returns", json=request())
    number = answer.json()["number"]
    units = {"lines": [{"line_id": "L1", "quantity": 1}]}
    await api.by("bench").post(f"/returns/{number}/receipts", json=units)
    case = await api.by("bench").post(f"/returns/{number}/inspections", json={"lines": [found()]})
    refund_id = case.json()["refunds"][0]["id"]
    return (await api.by("finance").get(f"/refunds/{refund_id}")).json()


class TestALargeRefund:
    async def test_answers_proposed_with_who_approved_and_that_another_must(self, api: Api):
        refund = await dear_refund(api)
        approve = f"/refunds/{refund['id']}/approve"

        first = await api.by("finance").post(approve, json={"amount": 150_000})

        assert first.status_code == 200, first.text
        answer = first.json()
        assert (answer["state"], answer["amount"]) == ("proposed", None)
        assert answer["needs_second_approval"] is True
        assert answer["approvals"] == [
            {
                "by": "finance@example.com",
                "at": "2026-03-30T12:00:00Z",
                "amount": 150_000,
                "note": None,
                "clause": None,
            }
        ]

        again = await api.by("finance").post(approve, json={"amount": 150_000})
        assert (again.status_code, again.json()["code"]) == (403, "same_person")

        second = await api.by("manager").post(approve, json={"amount": 150_000})
        assert second.json()["state"] == "approved"
        assert [one["by"] for one in second.json()["approvals"]] == [
            "finance@example.com",
            "manager@example.com",
        ]

    async def test_is_paid_otherwise_by_two_as_well(self, api: Api):
        refund = await dear_refund(api)
        url = f"/refunds/{refund['id']}"
        for who in ("finance", "manager"):
            await api.by(who).post(f"{url}/approve", json={"amount": 150_000})
        # It failed, finance chose another way, and the provider has confirmed that nothing went.
        await rows(
            "UPDATE refunds SET manual_reason = 'paid_otherwise', manual_since = now(),"
            " otherwise_by = first_by"
        )
        paid = {"external_reference": "WIRE-1"}

        answer = await api.by("finance").post(f"{url}/record", json=paid)
        assert (answer.status_code, answer.json()["code"]) == (403, "same_person")
        answer = await api.by("manager").post(f"{url}/record", json=paid)
        assert answer.json()["state"] == "succeeded"

    async def test_is_told_to_customers_only_once_it_is_approved(self, api: Api):
        refund = await dear_refund(api)
        await api.by("finance").post(f"/refunds/{refund['id']}/approve", json={"amount": 150_000})

        events = await (await api.customer()).get(f"/returns/{refund['return_number']}/events")

        assert "refund.first_approved" not in events.text

    async def test_above_the_limit_of_a_role_is_403_and_names_it(self, api: Api):
        refund = await dear_refund(api, price=260_000)
        approve = f"/refunds/{refund['id']}/approve"

        refused = await api.by("finance").post(approve, json={"amount": 260_000})

        assert (refused.status_code, refused.json()["code"]) == (403, "above_your_limit")
        assert "2500.00 USD" in refused.json()["detail"]
        first = await api.by("manager").post(approve, json={"amount": 260_000})
        assert first.json()["needs_second_approval"] is True
        # The second is bound by the limit of their own role too.
        refused = await api.by("finance").post(approve, json={"amount": 260_000})
        assert refused.json()["code"] == "above_your_limit"


class TestAHold:
    async def test_says_who_and_why_to_staff_and_nothing_to_the_customer(self, api: Api):
        refund = await proposed(api)
        path = f"/refunds/{refund['id']}"

        held = await api.by("finance").post(f"{path}/hold", json={"reason": "Ask the bank."})

        assert held.status_code == 200, held.text
        assert held.json()["hold"] == {
            "by": "finance@example.com",
            "at": "2026-03-30T12:00:00Z",
            "reason": "Ask the bank.",
            "until_dispute_ends": False,
        }
        refused = await api.by("manager").post(f"{path}/approve", json={"amount": 13534})
        assert (refused.status_code, refused.json()["code"]) == (409, "on_hold")
        customer = await api.customer()
        case = await customer.get(f"/returns/{refund['return_number']}")
        events = await customer.get(f"/returns/{refund['return_number']}/events")
        listed = await customer.get("/returns")
        assert case.json()["flags"] == {"late": False, "on_hold": False, "overridden": False}
        assert listed.json()["items"][0]["flags"] == case.json()["flags"]
        assert "Ask the bank" not in case.text + events.text
        assert "refund.held" not in events.text

        for_staff = await api.by("finance").get(f"/returns/{refund['return_number']}")
        flags = for_staff.json()["flags"]
        assert (flags["on_hold"], flags["refund_on_hold"]) == (False, True)
        listed = await api.by("finance").get("/returns")
        assert listed.json()["items"][0]["flags"] == flags

        # Anyone who may approve releases it, the inspector of the return too.
        released = await api.by("manager").post(f"{path}/release", json={})
        assert released.json()["hold"] is None
        approved = await api.by("finance").post(f"{path}/approve", json={"amount": 13534})
        assert approved.json()["state"] == "approved"

    async def test_needs_a_reason(self, api: Api):
        refund = await proposed(api)
        path = f"/refunds/{refund['id']}"

        assert (await api.by("finance").post(f"{path}/hold", json={})).status_code == 400
        refused = await api.by("finance").post(f"{path}/release", json={})
        assert (refused.status_code, refused.json()["code"]) == (409, "not_on_hold")


class TestBackToTheBench:
    async def test_calls_the_proposal_off_and_tells_staff_alone_why(self, api: Api):
        refund = await proposed(api)
        number, path = refund["return_number"], f"/refunds/{refund['id']}"

        sent = await api.by("finance").post(
            f"{path}/back-to-bench", json={"reason": "Another seat."}
        )

        assert (sent.status_code, sent.json()["state"]) == (200, "canceled")
        customer = await api.customer()
        case = await customer.get(f"/returns/{number}")
        events = await customer.get(f"/returns/{number}/events")
        assert case.json()["state"] == "received"
        assert "Another seat." not in case.text + events.text
        assert "refund.back_to_bench" not in events.text
        for_staff = await api.by("finance").get(f"/returns/{number}/events")
        assert "Another seat." in for_staff.text
        again = await api.by("finance").post(f"{path}/back-to-bench", json={"reason": "Again."})
        assert (again.status_code, again.json()["code"]) == (409, "transition_not_allowed")
        assert (await api.by("finance").post(f"{path}/back-to-bench", json={})).status_code == 400


class TestABatch:
    async def test_answers_for_each_refund(self, api: Api):
        refund = await proposed(api)
        chosen = [
            {"id": refund["id"], "amount": refund["proposed"]},
            {"id": "00000000-0000-4000-8000-000000000000", "amount": 5},
        ]

        answer = await api.by("finance").post(
            "/refunds/approve-batch", json={"refunds": chosen}, headers={"Idempotency-Key": "b"}
        )

        assert answer.status_code == 200, answer.text
        first, second = answer.json()["items"]
        assert first == {
            "id": refund["id"],
            "amount": refund["proposed"],
            "outcome": "approved",
            "code": None,
            "detail": None,
            "look_at": [],
        }
        assert (second["outcome"], second["code"]) == ("not_found", "not_found")
        again = await api.by("finance").post("/refunds/approve-batch", json={"refunds": chosen})
        assert [one["outcome"] for one in again.json()["items"]] == ["changed", "not_found"]

    async def test_of_nothing_or_of_no_ids_is_refused(self, api: Api):
        finance = api.by("finance")
        empty = await finance.post("/refunds/approve-batch", json={"refunds": []})
        assert empty.status_code == 400
        no_id = [{"id": "x" * 36, "amount": 1}]
        refused = await finance.post("/refunds/approve-batch", json={"refunds": no_id})
        assert (refused.status_code, refused.json()["code"]) == (422, "unknown_refund")
