"""Appeals and consents over HTTP: who may, in which order what is wrong is told, and once."""

from typing import Any

import httpx

from tests.api.conftest import Api
from tests.api.journey import found, in_review, received
from tests.api.test_refusals import is_problem
from tests.workflow.pictures import a_picture

WORDS = {"message": "Please look again."}


async def declined(api: Api) -> tuple[str, httpx.AsyncClient]:
    number = (await in_review(api))["number"]
    answer = await api.by("support").post(f"/returns/{number}/decline", json={"reason": "A cut."})
    assert answer.json()["state"] == "declined", answer.text
    return f"/returns/{number}", await api.customer()


async def rejected(api: Api) -> tuple[str, httpx.AsyncClient]:
    number = (await received(api))["number"]
    files = {"file": ("photo.jpg", a_picture(), "image/jpeg")}
    photo = (await api.by("bench").post("/photos", files=files)).json()["photo_id"]
    bad = found(
        grade="D", verdict="rejected", disposition="quarantine", note="Hair.", photo_ids=[photo]
    )
    answer = await api.by("bench").post(f"/returns/{number}/inspections", json={"lines": [bad]})
    assert answer.status_code == 201, answer.text
    return f"/returns/{number}", await api.customer()


class TestAnAppeal:
    async def test_shows_with_the_return(self, api: Api):
        url, customer = await declined(api)
        assert "appeal" in (await customer.get(url)).json()["actions"]
        answer = (await customer.post(f"{url}/appeal", json=WORDS)).json()

        assert (answer["state"], answer["appeal"]["against"]) == ("in_review", ["declined"])
        assert "appeal" not in answer["actions"]
        is_problem(await customer.post(f"{url}/appeal", json=WORDS), 409, "transition_not_allowed")

    async def test_says_who_may_not_before_what_is_wrong_with_the_body(self, api: Api):
        url, customer = await declined(api)
        await customer.post(f"{url}/appeal", json=WORDS)
        bodies: dict[str, Any] = {
            "approve": {"smuggled": 1},
            "decline": {},
            "request-info": {"message": ""},
            "override": {"line_id": "L1"},
        }
        for action, body in bodies.items():
            refused = await api.by("support").post(f"{url}/{action}", json=body)
            is_problem(refused, 403, "same_person")
            other = await api.by("manager").post(f"{url}/{action}", json=body)
            is_problem(other, 400, "invalid_request")
        stale = await api.by("support").post(f"{url}/approve", json={}, headers={"If-Match": '"1"'})
        is_problem(stale, 403, "same_person")

    async def test_says_who_may_not_inspect_again_before_what_is_wrong(self, api: Api):
        url, customer = await rejected(api)
        await customer.post(f"{url}/appeal", json=WORDS)
        assert (await api.by("manager").post(f"{url}/approve", json={})).status_code == 200

        again = f"{url}/inspections"
        for body in ({"lines": [found()]}, {"lines": []}, {"lines": 1}):
            is_problem(await api.by("bench").post(again, json=body), 403, "same_person")
        is_problem(await api.by("manager").post(again, json={"lines": []}), 422, "no_lines")
        accepted = await api.by("manager").post(again, json={"lines": [found()]})
        assert accepted.json()["refunds"][0]["state"] == "proposed"

    async def test_is_taken_once_for_each_key(self, api: Api):
        url, customer = await declined(api)
        key = {"Idempotency-Key": "a"}
        first = await customer.post(f"{url}/appeal", json=WORDS, headers=key)
        again = await customer.post(f"{url}/appeal", json=WORDS, headers=key)

        assert first.json() == again.json()
        assert again.headers["idempotent-replayed"] == "true"


class TestConsent:
    async def test_closes_the_return_and_shows_how_many(self, api: Api):
        url, customer = await rejected(api)
        body = {"lines": [{"line_id": "L1", "quantity": 1}], "disposition": "scrap"}
        answer = (await customer.post(f"{url}/consent", json=body)).json()

        assert (answer["state"], answer["lines"][0]["disposed"]) == ("closed", 1)
        is_problem(await customer.post(f"{url}/consent", json=body), 409, "transition_not_allowed")

    async def test_names_the_field_at_fault(self, api: Api):
        url, customer = await rejected(api)
        lines = [{"line_id": "L1", "quantity": 1}]
        wrong: list[tuple[dict[str, Any], int, str]] = [
            ({"lines": lines, "disposition": "quarantine"}, 422, "/disposition"),
            ({"lines": lines, "disposition": "send_back"}, 422, "/disposition"),
            ({"lines": lines, "disposition": "burn"}, 400, "/disposition"),
            ({"lines": [], "disposition": "scrap"}, 422, "/lines"),
            (
                {"lines": [{"line_id": "L9", "quantity": 1}], "disposition": "scrap"},
                422,
                "/lines/0/line_id",
            ),
            (
                {"lines": [{"line_id": "L1", "quantity": 2}], "disposition": "scrap"},
                422,
                "/lines/0/quantity",
            ),
            (
                {"lines": [{"line_id": "L1", "quantity": 0}], "disposition": "scrap"},
                422,
                "/lines/0/quantity",
            ),
        ]
        for body, status, pointer in wrong:
            answer = await customer.post(f"{url}/consent", json=body)
            assert answer.status_code == status, answer.text
            assert answer.json()["errors"][0]["pointer"] == pointer
