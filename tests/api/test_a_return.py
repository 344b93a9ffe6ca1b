from typing import Any

import pytest

from returns_engine.queries.audit import verify_chains
from returns_engine.queries.rows import rows
from tests.api.conftest import Api
from tests.api.journey import found, in_review, opened, print_label, proposed, received
from tests.api.orders import asked, line, order, request
from tests.api.test_refusals import is_problem


class TestAReturn:
    async def test_is_opened_approved_with_everything_a_customer_needs(self, api: Api):
        known = await opened(api)

        assert known["state"] == "approved"
        assert known["order_number"] == "EKR-1001"
        assert known["kind"] == "return"
        assert known["resolution"] == "refund"
        assert known["flags"] == {"late": False, "on_hold": False, "overridden": False}
        assert known["decision"]["verdict"] == "eligible"
        assert known["label"] is None
        assert known["next_step"]["who"] == "merchant"
        line = known["lines"][0]
        assert line["reason"] == "changed_mind"
        assert "cause" not in line
        counts = ("requested", "received", "accepted", "rejected", "refunded")
        assert [line[name] for name in counts] == [1, 0, 0, 0, 0]

    async def test_takes_its_units_out_of_what_may_come_back(self, api: Api):
        await opened(api)
        order = (await (await api.customer()).get("/orders/EKR-1001")).json()

        assert order["lines"][0]["returnable"] == 1

    async def test_shows_its_lines_in_their_order_however_they_lie(self, api: Api):
        both = [line(), line(line_id="L2", sku="EKR-MAT", title="Floor mats")]
        inside = [{"line_id": "L1", "quantity": 2}, {"line_id": "L2", "quantity": 2}]
        parcel = order()["shipments"][0] | {"lines": inside}
        await api.put_order(lines=both, shipments=[parcel])
        wanted = request("EKR-1001", asked(), asked(line_id="L2"))
        number = (await (await api.customer()).post("/returns", json=wanted)).json()["number"]

        await rows("UPDATE return_lines SET position = 1 - position")

        alone = (await api.by("bench").get(f"/returns/{number}")).json()
        (listed,) = (await api.by("bench").get("/returns")).json()["items"]
        assert [one["line_id"] for one in alone["lines"]] == ["L2", "L1"]
        assert listed["lines"] == alone["lines"]

    async def test_goes_from_parcel_to_approved_refund(self, api: Api):
        refund = await proposed(api)
        url = f"/refunds/{refund['id']}"

        assert refund["proposed"] == refund["maximum"] == 13534
        assert refund["amount"] is None
        assert refund["breakdown"] == {"items": 12495, "tax": 1039, "shipping": 0, "fees": 0}
        assert refund["attempts"] == 0
        answer = await api.by("finance").post(f"{url}/approve", json={"amount": 13534})
        assert (answer.status_code, answer.json()["state"]) == (200, "approved"), answer.text
        again = await api.by("finance").post(f"{url}/approve", json={"amount": 13534})
        problem = is_problem(again, 409, "transition_not_allowed")
        assert (problem["state"], problem["action"]) == ("approved", "approve")
        case = (await api.by("finance").get(f"/returns/{refund['return_number']}")).json()
        assert case["state"] == "settling"
        assert (await verify_chains()).ok

    async def test_refuses_an_amount_that_cannot_be(self, api: Api):
        url = f"/refunds/{(await proposed(api))['id']}/approve"
        finance = api.by("finance")

        is_problem(await finance.post(url, json={}), 400, "invalid_request")
        is_problem(await finance.post(url, json={"amount": 0}), 422, "amount_too_small")
        is_problem(await finance.post(url, json={"amount": 13535}), 422, "exceeds_refundable")
        is_problem(await finance.post(url, json={"amount": 13533}), 422, "clause_required")
        is_problem(await finance.post(url, json={"amount": 13534.0}), 400, "invalid_request")

    async def test_is_not_refunded_by_who_inspected_it_whatever_the_body(self, api: Api):
        number = (await received(api))["number"]
        url = f"/returns/{number}/inspections"
        answer = await api.by("manager").post(url, json={"lines": [found()]})
        refund_id = answer.json()["refunds"][0]["id"]
        approve = f"/refunds/{refund_id}/approve"

        is_problem(await api.by("manager").post(approve, content=b"{"), 403, "same_person")
        is_problem(await api.by("finance").post(approve, content=b"{"), 400, "invalid_request")

    async def test_counts_parcels_and_refuses_more_than_was_announced(self, api: Api):
        number = (await opened(api))["number"]
        bench = api.by("bench")
        for more, code in (
            ({"line_id": "L1", "quantity": 2}, "exceeds_expected"),
            ({"line_id": "L9", "quantity": 1}, "not_in_return"),
            ({"line_id": "L1", "quantity": 0}, "quantity_below_1"),
            ({"line_id": "L1", "quantity": -5}, "quantity_below_1"),
        ):
            answer = await bench.post(f"/returns/{number}/receipts", json={"lines": [more]})
            is_problem(answer, 422, code)
        is_problem(
            await bench.post(f"/returns/{number}/receipts", json={"lines": []}), 422, "no_lines"
        )
        known = (await bench.get(f"/returns/{number}")).json()
        assert known["lines"][0]["received"] == 0

    async def test_is_rejected_at_the_bench_only_with_evidence(self, api: Api):
        number = (await received(api))["number"]
        rejected = found(verdict="rejected", disposition="quarantine", grade="D")
        answer = await api.by("bench").post(
            f"/returns/{number}/inspections", json={"lines": [rejected]}
        )

        is_problem(answer, 422, "rejection_needs_evidence")

    async def test_in_review_is_asked_about_answered_and_approved(self, api: Api):
        number = (await in_review(api))["number"]
        support, customer = api.by("support"), await api.customer()
        asked_about = await support.post(
            f"/returns/{number}/request-info", json={"message": "Which seam?"}
        )
        answered = await customer.post(f"/returns/{number}/answer", json={"message": "The left."})
        approved = await support.post(f"/returns/{number}/approve", json={})

        states = [one.json()["state"] for one in (asked_about, answered, approved)]
        assert states == ["needs_info", "in_review", "approved"]

    async def test_can_be_declined_and_then_nothing_else_is_possible(self, api: Api):
        number = (await in_review(api))["number"]
        support = api.by("support")
        declined = await support.post(f"/returns/{number}/decline", json={"reason": "Worn."})
        before = (await support.get(f"/returns/{number}")).content

        assert declined.json()["state"] == "declined"
        for action, body in (("approve", {}), ("withdraw", {}), ("request-info", {"message": "x"})):
            answer = await support.post(f"/returns/{number}/{action}", json=body)
            assert is_problem(answer, 409, "transition_not_allowed")["state"] == "declined"
        assert (await support.get(f"/returns/{number}")).content == before

    async def test_is_withdrawn_and_its_units_are_free_again(self, api: Api):
        number = (await opened(api))["number"]
        customer = await api.customer()
        answer = await customer.post(f"/returns/{number}/withdraw")

        assert answer.json()["state"] == "withdrawn"
        order = (await customer.get("/orders/EKR-1001")).json()
        assert order["lines"][0]["returnable"] == 2

    async def test_is_changed_only_as_it_was_read(self, api: Api):
        known = await opened(api)
        url = f"/returns/{known['number']}/tracking"
        body = {"carrier": "usps", "tracking_number": "9400111899223197428490"}
        customer = await api.customer()
        stale = await customer.post(url, json=body, headers={"If-Match": '"99"'})
        torn = await customer.post(url, json=body, headers={"If-Match": "W/1"})
        right = await customer.post(url, json=body, headers={"If-Match": f'"{known["version"]}"'})

        is_problem(stale, 412, "stale_version")
        is_problem(torn, 400, "invalid_request")
        assert right.json()["version"] == known["version"] + 1
        assert right.json()["state"] == "in_transit"
        assert right.headers["etag"] == f'"{known["version"] + 1}"'

    async def test_has_a_label_once_it_is_printed(self, api: Api):
        number = (await opened(api))["number"]
        customer = await api.customer()
        is_problem(await customer.get(f"/returns/{number}/label.pdf"), 409, "label_not_ready")
        early = await customer.get(f"/returns/{number}/certificate.pdf")
        is_problem(early, 409, "certificate_not_ready")
        await print_label(number, b"%PDF-1.7 label")
        answer = await customer.get(f"/returns/{number}/label.pdf")

        assert answer.content == b"%PDF-1.7 label"
        assert answer.headers["content-type"] == "application/pdf"
        label = (await customer.get(f"/returns/{number}")).json()["label"]
        assert label.keys() >= {"carrier", "tracking_number", "postage", "expires_at"}

    async def test_is_opened_by_override_from_a_reviewer_alone(self, api: Api):
        await api.put_order()
        over = request(
            "EKR-1001",
            asked(quantity=1, declared_condition={"unused": False}),
            override={"line_id": "L1", "rule": "condition", "reason": "A good customer."},
        )

        is_problem(await (await api.customer()).post("/returns", json=over), 403, "missing_scope")
        several = {**over, "override": [over["override"]]}
        customer = await api.customer()
        is_problem(await customer.post("/returns", json=several), 403, "missing_scope")
        for wrong in ([], [{"line_id": "L1", "rule": "condition", "reason": " "}], "condition"):
            answer = await api.by("support").post("/returns", json={**over, "override": wrong})
            is_problem(answer, 400, "invalid_request")
        answer = await api.by("support").post("/returns", json=over)
        assert answer.status_code == 201, answer.text
        assert answer.json()["flags"]["overridden"] is True


class TestTheTimeline:
    async def test_tells_who_did_what_in_a_chain(self, api: Api):
        number = (await received(api))["number"]
        events = (await api.by("support").get(f"/returns/{number}/events")).json()["items"]

        assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
        assert events[0]["actor"] == {"kind": "customer", "name": "customer"}
        assert events[-1]["actor"] == {"kind": "api_key", "name": "bench"}
        assert events[-1]["previous_hash"] == events[-2]["hash"]
        assert {"type", "at", "from", "to", "reason", "data"} <= events[0].keys()

    async def test_shows_a_customer_no_colleagues(self, api: Api):
        number = (await received(api))["number"]
        events = (await (await api.customer()).get(f"/returns/{number}/events")).json()["items"]

        assert events[-1]["actor"] == {"kind": "api_key", "name": "api_key"}


class TestADecision:
    async def test_is_given_without_changing_anything(self, api: Api):
        await api.put_order()
        customer = await api.customer()
        before = await api.row_counts()
        body = {"order_number": "EKR-1001", "request": request(), "as_of": "2026-03-30T12:00:00Z"}
        answer = await customer.post("/decisions", json=body)

        assert answer.status_code == 200, answer.text
        assert answer.json()["verdict"] == "eligible"
        assert answer.json()["refund_estimate"]["total"] == 13534
        assert await api.row_counts() == before

    async def test_is_given_on_an_order_that_a_program_sends_along(self, api: Api):
        body = {"order": order(), "request": request()}
        assert (await api.by("support").post("/decisions", json=body)).status_code == 200
        await api.put_order()
        is_problem(await (await api.customer()).post("/decisions", json=body), 403, "missing_scope")

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"lines": []}, "/request/lines"),
            ({"lines": [asked(), asked(line_id="L9")]}, "/request/lines/1/line_id"),
            ({"order_number": "EKR-2"}, "/request/order_number"),
            ({"resolution": "replacement"}, "/request/resolution"),
        ],
    )
    async def test_names_a_fault_by_its_place_in_the_whole_body(
        self, api: Api, changes: dict[str, Any], pointer: str
    ):
        await api.put_order()
        wrong = request() | changes
        client = api.by("support")
        held = {"order_number": "EKR-1001", "request": wrong}
        sent_along = {"order": order(order_number="EKR-1001"), "request": wrong}

        for body in (held, sent_along):
            answer = await client.post("/decisions", json=body)
            errors = answer.json()["errors"]
            assert (answer.status_code, [one["pointer"] for one in errors]) == (422, [pointer])

    async def test_needs_one_order_and_the_same_one(self, api: Api):
        await api.put_order()
        customer = await api.customer()
        none = await customer.post("/decisions", json={"request": request()})
        other = await customer.post(
            "/decisions", json={"order_number": "EKR-1001", "request": request("EKR-2")}
        )
        foreign = await customer.post(
            "/decisions", json={"order_number": "EKR-2", "request": request("EKR-2")}
        )

        is_problem(none, 400, "invalid_request")
        is_problem(other, 422, "order_number_differs")
        is_problem(foreign, 404, "not_found")
