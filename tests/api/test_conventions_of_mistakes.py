"""A mistake of our own is answered like any other error, and says nothing of our insides."""

import pytest

from returns_engine.web.metrics import Metrics
from tests.api.conftest import Api
from tests.api.site import PAGE, anywhere, site
from tests.api.test_looking_up import DANA
from tests.api.test_refusals import is_problem

__all__ = ["site"]


async def swordfish(*_: object, **__: object) -> None:
    raise RuntimeError("the password of the database is swordfish")


class TestOurOwnMistake:
    @pytest.mark.parametrize(
        "broken",
        [
            "returns_engine.web.who.find_key",
            "returns_engine.web.api.call.caller_of",
            "returns_engine.web.api.returns.list_returns",
        ],
    )
    async def test_says_nothing_of_our_insides_wherever_it_happens(
        self, site: Api, monkeypatch: pytest.MonkeyPatch, broken: str
    ):
        monkeypatch.setattr(broken, swordfish)

        answer = await site.by("support").get("/returns")
        is_problem(answer, 500, "unexpected")
        assert "swordfish" not in answer.text
        assert answer.headers["x-content-type-options"] == "nosniff"

    async def test_of_the_clock_is_one_too(self, site: Api, monkeypatch: pytest.MonkeyPatch):
        def stopped() -> None:
            raise RuntimeError("swordfish")

        monkeypatch.setattr(type(site.clock), "__call__", lambda _: stopped())

        is_problem(await site.by("support").get("/returns"), 500, "unexpected")
        is_problem(await site.client().post("/order-lookups", json=DANA), 500, "unexpected")

    async def test_in_counting_an_answer_costs_nobody_the_answer(
        self, site: Api, monkeypatch: pytest.MonkeyPatch
    ):
        def miscounted(*_: object) -> None:
            raise RuntimeError("swordfish")

        monkeypatch.setattr(Metrics, "count", miscounted)

        assert (await site.by("support").get("/returns")).status_code == 200
        is_problem(await site.by("support").get("/nothing"), 404, "not_found")

    async def test_in_drawing_a_page_is_still_answered(
        self, site: Api, monkeypatch: pytest.MonkeyPatch
    ):
        def undrawn(*_: object) -> str:
            raise RuntimeError("swordfish")

        monkeypatch.setattr("returns_engine.web.pages.Pages.render", undrawn)
        client = anywhere(site, PAGE)

        for path in ("/", "/nothing", "/sign-out"):
            answer = await client.get(path)
            assert "swordfish" not in answer.text, path
            assert answer.status_code == 500, path
