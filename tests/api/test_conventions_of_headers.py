"""What every answer carries, whatever it is: walked over all that the site serves."""

import httpx
import pytest
from litestar.routes import HTTPRoute

from returns_engine.web.pages import SECURITY_HEADERS
from tests.api.conftest import Api
from tests.api.site import anywhere, site
from tests.api.test_conventions_of_mistakes import swordfish
from tests.api.test_looking_up import DANA
from tests.api.walk import operations, some, world, wrong

__all__ = ["site"]
ALWAYS = {name.lower() for name in SECURITY_HEADERS} | {"content-security-policy", "cache-control"}
FILES = ("/static/", "/assets/vendor/", "/admin/static/", "/admin/data/assets/")


def faults(answer: httpx.Response) -> str | None:
    """What an answer lacks; files of ours may be kept, a photo by its reader alone."""
    if missing := ALWAYS - set(answer.headers):
        return f"{answer.status_code} lacks {missing}"
    policy = answer.headers["content-security-policy"]
    frames = "frame-ancestors 'none'" in policy or answer.headers["x-frame-options"] == "DENY"
    if not frames or "default-src" not in policy or "*" in policy:
        return policy
    kept = answer.headers["cache-control"]
    is_file = answer.url.path.startswith(FILES) and answer.is_success
    is_photo = "/photos/" in answer.url.path and kept == "private, no-cache"
    if is_file or is_photo or "no-store" in kept:
        return None
    return f"{answer.status_code} may be kept: {kept}"


class TestEveryAnswer:
    async def test_of_every_route_keeps_scripts_frames_and_copies_out(self, site: Api):
        client = anywhere(site)
        found = []
        for route in site.app.routes:
            if not isinstance(route, HTTPRoute):
                continue
            for method in ("GET", "POST", "HEAD", "OPTIONS", "DELETE"):
                answer = await client.request(method, some(route))
                found.append((f"{method} {route.path_format}", faults(answer)))

        assert wrong(found) == []
        assert len(found) > 600

    async def test_of_every_call_that_shows_something_does(self, site: Api):
        here = await world(site)
        found, seen = [], set()
        for one in operations(site.app):
            client = await here.who_may(one)
            answer = await client.request(one.method, here.at(one))
            found.append((str(one), faults(answer)))
            seen.add(answer.headers["content-type"].partition(";")[0])

        assert wrong(found) == []
        assert {"application/pdf", "application/json", "application/problem+json"} <= seen

    async def test_of_files_pages_and_redirects_does(self, site: Api):
        client = anywhere(site)
        found = []
        for path, status in (
            ("/static/page.js", 200),
            ("/admin/static/staff.css", 200),
            ("/", 200),
            ("/admin", 303),
            ("/admin/sign-in", 200),
            ("/admin/data", 307),
            ("/admin/data/", 307),
            ("/admin/data/api/tables/", 401),
            ("/admin/datax", 404),
            ("/order", 303),
            ("/schema/openapi.json", 200),
            ("/health/live", 200),
            ("/metrics", 200),
        ):
            answer = await client.get(path)
            told = faults(answer) if answer.status_code == status else str(answer.status_code)
            found.append((path, told))

        assert wrong(found) == []

    async def test_of_a_refusal_or_a_mistake_does(self, site: Api, monkeypatch: pytest.MonkeyPatch):
        support = site.by("support")
        await site.put_order()
        answers = [
            await support.post("/returns", content=b"x" * 70_000),
            await support.post("/returns", content=b"", headers={"Content-Type": "text/plain"}),
            *[await site.client().post("/order-lookups", json=DANA) for _ in range(6)],
        ]
        monkeypatch.setattr("returns_engine.web.api.returns.list_returns", swordfish)
        answers.append(await support.get("/returns"))

        statuses = [answer.status_code for answer in answers]
        assert statuses == [413, 415, 202, 202, 202, 202, 202, 429, 500]
        assert [faults(answer) for answer in answers if faults(answer)] == []
