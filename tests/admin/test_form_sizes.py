"""What a stranger may send to a form: no more than people type, and files where files are taken."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from returns_engine.web.form_sizes import LARGEST_FORM
from returns_engine.web.pages import PROGRAMS
from tests.admin.conftest import StaffSide

TYPED = {"content-type": "application/x-www-form-urlencoded"}
TOO_MUCH = b"a=b&" * (LARGEST_FORM // 4 + 1)


def forms_of(app: Litestar) -> Iterator[tuple[str, HTTPRouteHandler]]:
    """Give the address of everything that people send forms to, with what takes them."""
    for route in app.routes:
        if isinstance(route, HTTPRoute) and not route.path_format.startswith(PROGRAMS):
            for handler in route.route_handlers:
                if "POST" in handler.http_methods:
                    yield "/" + "/".join(_filled(one) for one in route.path_components), handler


def _filled(component: Any) -> str:
    kind = getattr(component, "type", None)
    if kind is None:
        return str(component)
    return {UUID: "00000000-0000-0000-0000-000000000000", int: "1"}.get(kind, "number")


async def in_pieces() -> AsyncIterator[bytes]:
    for start in range(0, len(TOO_MUCH), 64 * 1024):
        yield TOO_MUCH[start : start + 64 * 1024]


class TestAFormOfAStranger:
    async def test_is_refused_everywhere_above_what_people_type(self, staff: StaffSide):
        client = staff.client()
        tried = {path for path, _ in forms_of(staff.app)}
        assert {"/find", "/order/photos", "/order/review", "/admin/bench/number"} <= tried
        for path in sorted(tried):
            announced = await client.post(path, content=TOO_MUCH, headers=TYPED)
            assert announced.status_code == 413, path
            unannounced = await client.post(path, content=in_pieces(), headers=TYPED)
            assert unannounced.status_code == 413, path

    async def test_is_refused_where_pages_are_read_too(self, staff: StaffSide):
        answer = await staff.client().request("GET", "/", content=TOO_MUCH, headers=TYPED)

        assert answer.status_code == 413

    async def test_is_told_by_a_page_where_a_browser_asks(self, staff: StaffSide):
        told = TYPED | {"accept": "text/html"}
        answer = await staff.client().post("/find", content=TOO_MUCH, headers=told)

        assert answer.status_code == 413
        assert answer.headers["content-type"].startswith("text/html")

    @pytest.mark.parametrize("path", ["/find", "/order/review", "/admin/bench/RMA-1"])
    async def test_is_read_up_to_there(self, staff: StaffSide, path: str):
        """And refused for its missing token."""
        answer = await staff.client().post(path, content=TOO_MUCH[:LARGEST_FORM], headers=TYPED)

        assert answer.status_code == 403


class TestAFormWithFiles:
    async def test_is_large_where_photos_are_taken_and_nowhere_else(self, staff: StaffSide):
        client: httpx.AsyncClient = staff.client()
        # A part that is no file: one of a stranger that is refused is never closed.
        large = {"file": (None, "a" * LARGEST_FORM)}
        taking = set()
        for path, _ in forms_of(staff.app):
            answer = await client.post(path, files=large)
            assert answer.status_code in {403, 413}, path
            if answer.status_code == 403:
                taking.add(path)

        assert taking == {
            *("/order/photos", "/order/review", "/returns/number/answer", "/language"),
            *("/admin/bench/number", "/admin/parcels"),
        }
