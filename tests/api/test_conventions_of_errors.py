"""Every error is a problem, wherever it comes from; walked, so that a new address is held to it."""

from collections.abc import AsyncIterator

import pytest
from litestar.routes import HTTPRoute

from tests.api.conftest import Api
from tests.api.journey import opened
from tests.api.site import PAGE, anywhere, site
from tests.api.test_refusals import is_problem
from tests.api.walk import API, faults_of, operations, some, world, wrong

__all__ = ["site"]
LARGEST = 64 * 1024
OTHER_KINDS = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/json; charset=utf-16",
    "application/problem+json",
    "json",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
]
UNKNOWN = [
    "/nothing",
    "/api",
    "/api/",
    "/api/v1",
    "/api/v1/nothing",
    "/api/v2/returns",
    "//api/v1/returns",
    "/api/v1/returns/a%2fb",
    "/api/v1/%ff%fe",
    "/api/v1/orders/..;/x",
    "/api/%00",
    "/%00",
    "/schema/nothing",
    "/schema/nothing.html",
    "/schema/openapi.json/x",
    "/schema/%00",
    "/webhooks/stripe",
    "/api/v1/webhooks/nobody",
    "/health",
    "/health/nothing",
    "/metrics/nothing",
    "/static/nothing.css",
    "/static/%2e%2e/app.py",
    "/static/%00",
    "/assets/vendor/nothing.js",
    "/admin/nothing",
    "/admin/datax",
    "/admin/data/assets/nothing.js",
    "/api/v1/" + "x" * 60_000,
    "/x" * 20_000,
]


class TestAnAddressThatIsNone:
    async def test_is_a_problem_to_programs_wherever_it_lies(self, site: Api):
        client = anywhere(site)

        assert (
            wrong([(path[:60], faults_of(await client.get(path), 404)) for path in UNKNOWN]) == []
        )

    async def test_is_a_page_to_people_where_people_go(self, site: Api):
        client = anywhere(site, PAGE)

        for path in ("/nothing", "/returns/%00", "/static/nothing.css", "/admin/nothing"):
            page = await client.get(path)
            assert page.status_code == 404, path
            assert "There is nothing here" in page.text, path
        for path in ("/api", "/api/v1/nothing", "/api/v2/returns", "/schema/nothing", "/health"):
            is_problem(await client.get(path), 404, "not_found")


class TestAMethodThatIsNotTaken:
    async def test_is_a_problem_that_names_those_that_are(self, site: Api):
        client = anywhere(site)
        found = []
        for route in site.app.routes:
            if not isinstance(route, HTTPRoute):
                continue
            path = some(route)
            allowed = set((await client.options(path)).headers.get("allow", "").split(", "))
            for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "BREW"} - allowed:
                answer = await client.request(method, path)
                named = answer.headers.get("allow", "").split(", ")
                fault = faults_of(answer, 405) or (None if set(named) == allowed else str(named))
                found.append((f"{method} {path}", fault))
            if not set(route.methods) <= allowed:
                found.append((path, f"allows {allowed}, takes {route.methods}"))

        assert wrong(found) == []
        assert len(found) > 300

    async def test_is_a_page_to_a_browser(self, site: Api):
        client = anywhere(site, PAGE)
        page = await client.get("/sign-out")

        assert page.status_code == 405
        assert page.headers["allow"] == "OPTIONS, POST"
        assert "This is not a page to open" in page.text


class TestHead:
    async def test_is_answered_like_get_without_the_content(self, site: Api):
        here = await world(site)
        found = []
        for one in operations(site.app):
            if not one.reads:
                continue
            client, path = await here.who_may(one), here.at(one)
            got = await client.get(path)
            head = await anywhere(site, client.headers).head(f"{API}{path}")
            same = head.status_code == got.status_code and head.content == b""
            names = {"etag", "content-type", "content-length", "cache-control"}
            told = {name: head.headers.get(name) for name in names}
            same = same and (
                got.status_code != 200 or told == {n: got.headers.get(n) for n in names}
            )
            found.append((str(one), None if same else f"{head.status_code} {told}"))
        metrics = (await here.api.client().get("http://shop.test/metrics")).text

        assert wrong(found) == []
        assert 'method="HEAD",route="/api/v1/returns/{number}"' in metrics

    async def test_needs_the_same_rights(self, site: Api):
        answer = await anywhere(site).head(f"{API}/returns")

        assert (answer.status_code, answer.content) == (401, b"")


class TestABodyThatIsTooLarge:
    async def test_is_refused_by_its_length_and_while_it_comes(self, site: Api):
        here = await world(site)
        found = []
        for one in operations(site.app):
            if one.reads:
                continue
            client, path = await here.who_may(one), here.at(one)
            for keyed in ({}, {"Idempotency-Key": str(one).replace(" ", "-")}):
                content, kind = _too_large_for(one.path)
                for sent in (content, _in_pieces(content)):
                    answer = await client.request(
                        one.method, path, content=sent, headers={"Content-Type": kind} | keyed
                    )
                    found.append((f"{one} {type(sent).__name__}", faults_of(answer, 413)))

        assert wrong(found) == []


def _too_large_for(path: str) -> tuple[bytes, str]:
    size = {"/photos": 11 * 1024 * 1024, "/webhooks/stripe": 1024 * 1024}.get(path, LARGEST)
    kind = "multipart/form-data; boundary=x" if path == "/photos" else "application/json"
    return b" " * (size + 1), kind


async def _in_pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 32 * 1024):
        yield content[start : start + 32 * 1024]


class TestContentThatIsNoJson:
    async def test_is_refused_by_its_type_on_every_operation(self, site: Api):
        here = await world(site)
        found = []
        for one in operations(site.app):
            if one.takes is None:
                continue
            client, path = await here.who_may(one), here.at(one)
            sent = [{"Content-Type": kind} for kind in OTHER_KINDS]
            sent += [last | {"Idempotency-Key": f"{len(found)}"} for last in sent[-2:]]
            sent += [{"Content-Type": "application/json", "Content-Encoding": "gzip"}]
            for headers in sent:
                answer = await client.request(one.method, path, content=b"{}", headers=headers)
                found.append((f"{one} {headers}", faults_of(answer, 415)))

        assert wrong(found) == []

    async def test_is_read_as_json_where_nothing_is_said(self, site: Api):
        support = site.by("support")
        for headers in (
            {},
            {"Content-Type": "application/json"},
            {"Content-Type": "Application/JSON; charset=UTF-8"},
        ):
            answer = await support.post("/returns", content=b"{}", headers=headers)
            assert (
                is_problem(answer, 400, "invalid_request")["errors"][0]["code"] == "missing_field"
            )

    async def test_may_be_anything_where_there_is_none(self, site: Api):
        path = f"/returns/{(await opened(site))['number']}/withdraw"
        form = {"Content-Type": "application/x-www-form-urlencoded"}

        assert (await site.by("support").post(path, headers=form)).status_code == 200


class TestAFormWithAPhoto:
    @pytest.mark.parametrize("content", [b"", b"--x", b"--x\r\n\r\n", b"nothing at all"])
    async def test_that_cannot_be_read_is_a_bad_request(self, site: Api, content: bytes):
        support = site.by("support")
        for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
            for keyed in ({}, {"Idempotency-Key": kind[-3:]}):
                answer = await support.post(
                    "/photos", content=content, headers={"Content-Type": kind} | keyed
                )
                is_problem(answer, 400, "invalid_request")

    @pytest.mark.parametrize("charset", ["utf-8", "no-such-code"])
    async def test_whose_fields_are_in_no_known_code_is_a_bad_request(
        self, site: Api, charset: str
    ):
        form = (
            b'--x\r\nContent-Disposition: form-data; name="order_number"\r\n'
            b"Content-Type: text/plain; charset=" + charset.encode() + b"\r\n\r\n\xff\r\n--x--\r\n"
        )
        for keyed in ({}, {"Idempotency-Key": "code"}):
            answer = await site.by("support").post(
                "/photos",
                content=form,
                headers={"Content-Type": "multipart/form-data; boundary=x"} | keyed,
            )
            is_problem(answer, 400, "invalid_request")
