import json
from typing import Any

import httpx
import pytest

from tests.api.conftest import Api
from tests.api.orders import NOW, asked, line, order, request

MEMBERS = {"type", "title", "status", "detail", "code", "errors", "trace_id"}


def is_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["code"] == code, problem
    assert problem.keys() >= MEMBERS
    return problem


class TestEveryErrorIsAProblem:
    async def test_of_an_unknown_address(self, api: Api):
        answer = await api.client().get("http://shop.test/nothing/here")

        is_problem(answer, 404, "not_found")
        assert answer.headers["x-content-type-options"] == "nosniff"

    async def test_of_an_address_that_is_none(self, api: Api):
        is_problem(await api.by("manager").get("/weather"), 404, "not_found")

    async def test_of_a_method_that_is_not_taken(self, api: Api):
        answer = await api.by("support").delete("/returns/RMA-00000000/events")

        is_problem(answer, 405, "method_not_allowed")
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS"

    async def test_of_a_body_that_is_too_large(self, api: Api):
        answer = await api.by("support").post(
            "/returns", json=request("EKR-1001", asked(comment="x" * 100_000))
        )

        is_problem(answer, 413, "too_large")

    @pytest.mark.parametrize(
        "headers",
        [{"X-Long": "x" * 66_000}, {f"X-{number}": "x" for number in range(101)}],
        ids=["too large", "too many"],
    )
    async def test_of_headers_that_are_too_much(self, api: Api, headers: dict[str, str]):
        support = api.by("support")

        is_problem(await support.get("/returns", headers=headers), 431, "headers_too_large")
        refused = await support.post(
            "/order-lookups", json={}, headers={**headers, "Idempotency-Key": "large"}
        )
        is_problem(refused, 431, "headers_too_large")
        assert (await support.get("/returns", headers={"X-Long": "x" * 60_000})).status_code == 200

    async def test_of_nobody_and_of_somebody_unknown(self, api: Api):
        for headers in ({}, {"Authorization": "Bearer rek_made_up"}, {"Authorization": "Basic x"}):
            answer = await api.client(headers).get("/returns")

            is_problem(answer, 401, "not_signed_in")

    async def test_of_our_own_mistake_says_nothing_of_our_insides(self, api: Api, monkeypatch):
        async def broken(*_: object, **__: object) -> None:
            raise RuntimeError("the password of the database is swordfish")

        monkeypatch.setattr("returns_engine.web.api.returns.list_returns", broken)
        answer = await api.by("support").get(
            "/returns", headers={"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"}
        )

        problem = is_problem(answer, 500, "unexpected")
        assert "swordfish" not in answer.text
        assert problem["trace_id"] == "ab" * 16

    async def test_of_a_query_that_cannot_be_read(self, api: Api):
        for query, pointer in (
            ("limit=0", "/limit"),
            ("limit=201", "/limit"),
            ("limit=ten", "/limit"),
            ("state=lost", "/state"),
            ("state=null", "/state"),
            ("sort=asc", "/sort"),
            ("limit=5.0", "/limit"),
            ("limit=1&limit=2", "/limit"),
            ("state=", "/state"),
        ):
            problem = is_problem(
                await api.by("support").get(f"/returns?{query}"), 400, "invalid_request"
            )
            assert problem["errors"][0]["pointer"] == pointer

    async def test_of_a_cursor_that_was_made_up(self, api: Api):
        for cursor in ("1", "AAAA", "%00", "e30", "ü"):
            is_problem(
                await api.by("finance").get("/refunds", params={"cursor": cursor}),
                400,
                "invalid_request",
            )

    async def test_of_an_address_that_holds_a_nul(self, api: Api):
        support = api.by("support")

        is_problem(await support.get("/returns/RMA%00"), 404, "not_found")
        is_problem(await support.get("/orders/%00"), 404, "not_found")
        is_problem(await support.get("/returns?q=a%00b"), 400, "invalid_request")
        is_problem(await support.get("/returns?order_number=%00"), 400, "invalid_request")


GOOD = json.dumps(request())


class TestABodyThatCannotBeTaken:
    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ("{", ""),
            ("[]", ""),
            (
                '{"order_number": "EKR-1001", "order_number": "EKR-1002", "lines": []}',
                "/order_number",
            ),
            (GOOD[:-1] + ', "state": "approved"}', "/state"),
            (GOOD.replace('"quantity": 1', '"quantity": 1.0'), "/lines/0/quantity"),
            (GOOD.replace('"quantity": 1', '"quantity": "1"'), "/lines/0/quantity"),
            (GOOD.replace('"quantity": 1', '"quantity": true'), "/lines/0/quantity"),
            (GOOD.replace('"quantity": 1, ', ""), "/lines/0/quantity"),
            (GOOD.replace("changed_mind", "bored"), "/lines/0/reason"),
            (GOOD.replace("changed_mind", "changed\\u0000mind"), "/lines/0/reason"),
            (GOOD.replace("EKR-1001", "EKR\\ud800"), "/order_number"),
            (json.dumps(request("EKR-1001", asked(comment="x" * 2001))), "/lines/0/comment"),
            (json.dumps(request("EKR-1001", asked(received=1))), "/lines/0/received"),
        ],
    )
    async def test_names_its_field_and_writes_nothing(self, api: Api, body: str, pointer: str):
        await api.put_order()
        before = await api.row_counts()
        answer = await (await api.customer()).post("/returns", content=body.encode())

        problem = is_problem(answer, 400, "invalid_request")
        assert problem["errors"][0]["pointer"] == pointer
        after = await api.row_counts()
        assert {**after, "customer_tokens": 0} == {**before, "customer_tokens": 0}

    @pytest.mark.parametrize(
        ("asked_for", "code", "pointer"),
        [
            (asked(quantity=0), "request_not_judged", "/lines/0/quantity"),
            (asked(quantity=-1), "request_not_judged", "/lines/0/quantity"),
            (asked(line_id="L9"), "request_not_judged", "/lines/0/line_id"),
            (asked(photo_ids=["nothing"]), "unknown_photo", "/lines/0/photo_ids/0"),
        ],
    )
    async def test_or_cannot_be_judged_is_unprocessable(
        self, api: Api, asked_for: dict[str, Any], code: str, pointer: str
    ):
        await api.put_order()
        customer = await api.customer()
        before = await api.row_counts()
        answer = await customer.post("/returns", json=request("EKR-1001", asked_for))

        problem = is_problem(answer, 422, code)
        assert problem["errors"][0]["pointer"] == pointer
        assert await api.row_counts() == before

    async def test_or_holds_a_line_twice_is_an_inconsistent_order(self, api: Api):
        before = await api.row_counts()
        answer = await api.by("shop").put(
            "/orders/EKR-1", json=order(lines=[line(quantity=1), line(quantity=1)])
        )

        is_problem(answer, 422, "inconsistent_order")
        assert await api.row_counts() == before

    async def test_or_holds_money_with_a_point_is_no_order(self, api: Api):
        answer = await api.by("shop").put(
            "/orders/EKR-1", json=order(lines=[line(unit_price=129.95)])
        )

        problem = is_problem(answer, 400, "invalid_request")
        assert problem["errors"][0]["pointer"] == "/lines/0/unit_price"

    async def test_or_is_no_photo_is_unsupported(self, api: Api):
        await api.put_order()
        customer = await api.customer()
        before = await api.row_counts()
        wrong = await customer.post("/photos", files={"file": ("a.png", b"<svg/>", "image/png")})
        bare = await customer.post("/photos", content=b"\x89PNG")
        other = await customer.post("/photos", files={"picture": ("a.png", b"x")})
        large = await customer.post("/photos", files={"file": ("a.png", b"x" * 11_000_000)})

        is_problem(wrong, 415, "unsupported_photo")
        is_problem(bare, 415, "unsupported_media_type")
        is_problem(other, 400, "invalid_request")
        is_problem(large, 413, "too_large")
        assert await api.row_counts() == before


class TestARefusalByThePolicy:
    async def test_carries_its_decision_and_keeps_it(self, api: Api):
        await api.put_order()
        api.clock.now = NOW.replace(year=2027)
        answer = await (await api.customer()).post("/returns", json=request())

        problem = is_problem(answer, 422, "return_window_closed")
        assert problem["decision"]["verdict"] == "ineligible"
        assert problem["decision_id"]
        counts = await api.row_counts()
        assert (counts["decisions"], counts["returns"]) == (1, 0)
