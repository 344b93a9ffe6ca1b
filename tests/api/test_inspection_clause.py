"""A rejection over HTTP names the clause it rests on, as one at the bench does."""

import json

import httpx

from tests.api.conftest import Api
from tests.api.journey import found, received
from tests.api.test_refusals import is_problem
from tests.workflow.pictures import a_picture
from tests.workflow.shop import value

_TOLD = """
SELECT m.context->'lines'->0->>'clause' FROM messages m WHERE m.template = 'inspection_result'
"""


async def judged(api: Api, number: str, clause: str | None, **changes: object) -> httpx.Response:
    files = {"file": ("photo.jpg", a_picture(), "image/jpeg")}
    photo = (await api.by("bench").post("/photos", files=files)).json()["photo_id"]
    bad = {"grade": "D", "verdict": "rejected", "disposition": "quarantine", "note": "Hair."}
    line = found(**{**bad, "photo_ids": [photo], "clause": clause, **changes})
    return await api.by("bench").post(f"/returns/{number}/inspections", json={"lines": [line]})


class TestTheClauseOfARejection:
    async def test_is_kept_and_told_to_the_customer(self, api: Api):
        number = (await received(api))["number"]

        answer = await judged(api, number, "return.condition")

        assert answer.status_code == 201, answer.text
        assert await value("SELECT clause FROM inspection_lines") == "return.condition"
        event = await value("SELECT data FROM events WHERE type = 'lines.inspected'")
        assert json.loads(event)["lines"][0]["clause"] == "return.condition"
        assert await value(_TOLD) == "return.condition"

    async def test_must_be_one_of_the_policy(self, api: Api):
        number = (await received(api))["number"]

        problem = is_problem(await judged(api, number, "made.up"), 422, "clause_required")

        assert problem["errors"][0]["pointer"] == "/lines/0/clause"
        assert "made.up" in problem["errors"][0]["detail"]

    async def test_may_be_left_out(self, api: Api):
        number = (await received(api))["number"]

        assert (await judged(api, number, None)).status_code == 201
        assert await value(_TOLD) is None
