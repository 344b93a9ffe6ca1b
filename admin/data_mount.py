"""Piccolo Admin inside our own site: our sign-in, our roles, and nothing of it that we don't use.

Litestar hands a mount every path that begins alike (/admin/datax too), cuts the prefix off and adds
a slash; the true path is put back here. Piccolo Admin is built at the first visit, because it
loads FastAPI and makes models of every table, which no other page needs.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from litestar import asgi
from litestar.connection import ASGIConnection
from litestar.handlers import ASGIRouteHandler
from litestar.response.base import ASGIResponse
from litestar.types import Message, Receive, Scope, Send

from admin.data import BY_NAME, PREFIX, REFUSED, create_data_browser, readable_by
from admin.navigation import places_for
from admin.signed_in import staff_of
from returns_engine.settings import Settings
from returns_engine.tables.engine import transaction
from returns_engine.web.services import Services
from returns_engine.web.who import Caller
from returns_engine.workflow.record_events import NewEvent, record_staff_event

if TYPE_CHECKING:
    from piccolo_admin.endpoints import AdminRouter

OPEN_TO_ALL_STAFF = frozenset(
    {"/", "/api/user/", "/api/forms/", "/api/forms/grouped/", "/public/meta/", "/public/logout/"}
)
# The page's script is its own; Vue and the editor it carries write style attributes.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}
READS = frozenset({"GET", "HEAD", "OPTIONS"})


class DataBrowser:
    """The ASGI application at /admin/data/."""

    def __init__(self, settings: Settings, clock: Callable[[], Any]) -> None:
        self._settings = settings
        self._clock = clock
        self._browser: AdminRouter | None = None
        self._building = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        raw = scope["raw_path"].decode("latin-1").partition("?")[0]
        if not raw.startswith(f"{PREFIX}/"):
            answer = _redirect(f"{PREFIX}/") if raw == PREFIX else _not_found()
            await answer(scope, receive, send)
            return
        inside = unquote(raw)[len(PREFIX) :]
        connection = ASGIConnection[Any, Any, Any, Any](scope, receive, send)
        caller = await staff_of(connection)
        answer_now = _before_piccolo(inside, caller, str(scope.get("method", "GET")))
        if answer_now is not None:
            await answer_now(scope, receive, send)
            return
        scope["path"], scope["root_path"] = unquote(raw), PREFIX
        await self._pass_on(inside, caller, scope, receive, send)

    async def _pass_on(
        self, inside: str, caller: Caller | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        browser = await self._get()
        statuses: list[int] = []
        await browser(scope, receive, _with_headers(send, statuses))  # type: ignore[arg-type]  # Starlette's types of the same ASGI
        method = str(scope.get("method"))
        if (
            caller
            and method not in READS
            and inside.startswith("/api/tables/")
            and statuses < [400]
        ):
            await self._record(inside, method, caller)

    async def _get(self) -> "AdminRouter":
        async with self._building:
            if self._browser is None:
                self._browser = await asyncio.to_thread(
                    create_data_browser,
                    production=self._settings.mode == "production",
                    public_url=self._settings.public_url,
                )
        return self._browser

    async def _record(self, inside: str, method: str, caller: Caller) -> None:
        table, _, row = inside.removeprefix("/api/tables/").strip("/").partition("/")
        event = NewEvent(
            type="reference.changed", data={"table": table, "row": row, "method": method}
        )
        async with transaction():
            await record_staff_event(event, actor=caller.actor, now=self._clock())


def _before_piccolo(inside: str, caller: Caller | None, method: str) -> ASGIResponse | None:
    """Return our own answer, or None where Piccolo Admin may give one."""
    if inside.startswith("/assets/") and method == "GET":
        return None
    if caller is None:
        return _sign_in() if inside == "/" else _json({"error": "Auth failed"}, 401)
    if inside in {"/api/tables/", "/api/tables/grouped/", "/api/links/"}:
        return _listing(inside, caller)
    if inside.startswith("/api/tables/"):
        return _refusal(inside, caller, method)
    if inside in OPEN_TO_ALL_STAFF or inside.startswith("/public/translations/"):
        return None
    # Its log-in, password change, uploads and documentation: ours, not wanted, or asking a CDN.
    return _not_found()


def _listing(inside: str, caller: Caller) -> ASGIResponse:
    grouped = readable_by(caller.roles)
    if inside == "/api/links/":
        return _json({str(place.name): place.path for place in places_for(caller)})
    if inside == "/api/tables/grouped/":
        return _json({"grouped": grouped, "ungrouped": []})
    return _json(sorted(name for names in grouped.values() for name in names))


def _refusal(inside: str, caller: Caller, method: str) -> ASGIResponse | None:
    """Refuse here what the validators of `data.py` refuse too, whatever the body holds."""
    shown = BY_NAME.get(inside.removeprefix("/api/tables/").partition("/")[0])
    if shown is None:
        return _not_found()
    if not shown.readers & caller.roles:
        return _json({"detail": "Your role does not read this table."}, 403)
    if method not in READS and not shown.editors & caller.roles:
        by_others = "Only a manager or an administrator may change this."
        return _json({"detail": by_others if shown.editors else REFUSED}, 403)
    return None


def _with_headers(send: Send, statuses: list[int]) -> Callable[[Message], Awaitable[None]]:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
            message["headers"] = [
                *message["headers"],
                *((name.encode(), value.encode()) for name, value in HEADERS.items()),
            ]
        await send(message)

    return send_with_headers


def _json(body: object, status: int = 200) -> ASGIResponse:
    return ASGIResponse(
        body=json.dumps(body).encode(),
        status_code=status,
        media_type="application/json",
        headers=HEADERS,
    )


def _not_found() -> ASGIResponse:
    return _json({"detail": "Not found"}, 404)


def _redirect(where: str) -> ASGIResponse:
    return ASGIResponse(status_code=307, headers={"location": where, **HEADERS})


def _sign_in() -> ASGIResponse:
    return _redirect(f"/admin/sign-in?next={quote(f'{PREFIX}/', safe='')}")


def data_browser(services: Services) -> ASGIRouteHandler:
    """Return the handler of everything under /admin/data/."""
    browser = DataBrowser(services.settings, services.clock)

    @asgi(PREFIX, is_mount=True, copy_scope=True)
    async def mount(scope: Scope, receive: Receive, send: Send) -> None:
        await browser(scope, receive, send)

    return mount
