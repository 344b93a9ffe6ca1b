"""Piccolo Admin inside our own site: our sign-in, our roles, and nothing of it that we don't use.

Litestar hands a mount every path that begins alike (/admin/datax too), cuts the prefix off and adds
a slash; the true path is put back here. Piccolo Admin is built at the first visit, because it
loads FastAPI and makes models of every table, which no other page needs.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from litestar import asgi
from litestar.connection import ASGIConnection
from litestar.handlers import ASGIRouteHandler
from litestar.response.base import ASGIResponse
from litestar.types import Message, Receive, Scope, Send

from admin.data import BY_NAME, PREFIX, REFUSED, create_data_browser, readable_by
from admin.data_problems import send_problem, with_problems
from admin.navigation import places_for
from admin.signed_in import staff_of
from returns_engine.settings import Settings
from returns_engine.tables.engine import transaction
from returns_engine.web.who import Caller, services_of
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
_FILES = "/assets/"
READS = frozenset({"GET", "HEAD", "OPTIONS"})


class DataBrowser:
    """The ASGI application at /admin/data/."""

    def __init__(self) -> None:
        self._browser: AdminRouter | None = None
        self._building = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        raw = scope["raw_path"].decode("latin-1").partition("?")[0]
        if raw == PREFIX:
            await _redirect(f"{PREFIX}/")(scope, receive, send)
            return
        if not raw.startswith(f"{PREFIX}/"):
            await send_problem(scope, send, 404)
            return
        inside = unquote(raw)[len(PREFIX) :]
        connection = ASGIConnection[Any, Any, Any, Any](scope, receive, send)
        caller = await staff_of(connection)
        if caller is not None and caller.owes_second_step(services_of(connection).settings):
            caller = None
        answer_now = _before_piccolo(inside, caller, str(scope.get("method", "GET")))
        if isinstance(answer_now, _Refused):
            await send_problem(
                scope, send, answer_now.status, detail=answer_now.detail, more=answer_now.more
            )
            return
        if answer_now is not None:
            await answer_now(scope, receive, send)
            return
        scope["path"], scope["root_path"] = unquote(raw), PREFIX
        await self._pass_on(inside, caller, connection)

    async def _pass_on(
        self, inside: str, caller: Caller | None, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> None:
        services = services_of(connection)
        browser = await self._get(services.settings)
        statuses: list[int] = []
        problems = with_problems(connection.scope, connection.send)
        send = _with_headers(problems, statuses, files=inside.startswith(_FILES))
        await browser(connection.scope, connection.receive, send)  # type: ignore[arg-type]  # Starlette's types of the same ASGI
        method = str(connection.scope.get("method"))
        if (
            caller
            and method not in READS
            and inside.startswith("/api/tables/")
            and statuses < [400]
        ):
            await _record(inside, method, caller, services.clock())

    async def _get(self, settings: Settings) -> "AdminRouter":
        async with self._building:
            if self._browser is None:
                self._browser = await asyncio.to_thread(
                    create_data_browser,
                    production=settings.mode == "production",
                    public_url=settings.public_url,
                )
        return self._browser


async def _record(inside: str, method: str, caller: Caller, now: datetime) -> None:
    table, _, row = inside.removeprefix("/api/tables/").strip("/").partition("/")
    event = NewEvent(type="reference.changed", data={"table": table, "row": row, "method": method})
    async with transaction():
        await record_staff_event(event, actor=caller.actor, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refused:
    """What is not passed on to Piccolo Admin, and why."""

    status: int
    detail: str | None = None
    more: Mapping[str, object] | None = None


_NOTHING_HERE = _Refused(status=404)
# What its page looks for to know that the session is over.
_STRANGER = _Refused(status=401, more={"error": "Auth failed"})


def _before_piccolo(
    inside: str, caller: Caller | None, method: str
) -> ASGIResponse | _Refused | None:
    """Return our own answer, or None where Piccolo Admin may give one."""
    if inside.startswith(_FILES) and method == "GET":
        return None
    if caller is None:
        return _sign_in() if inside == "/" else _STRANGER
    if inside in {"/api/tables/", "/api/tables/grouped/", "/api/links/"}:
        return _listing(inside, caller)
    if inside.startswith("/api/tables/"):
        return _refusal(inside, caller, method)
    if inside in OPEN_TO_ALL_STAFF or inside.startswith("/public/translations/"):
        return None
    # Its log-in, password change, uploads and documentation: ours, not wanted, or asking a CDN.
    return _NOTHING_HERE


def _listing(inside: str, caller: Caller) -> ASGIResponse:
    grouped = readable_by(caller)
    if inside == "/api/links/":
        return _json({str(place.name): place.path for place in places_for(caller)})
    if inside == "/api/tables/grouped/":
        return _json({"grouped": grouped, "ungrouped": []})
    return _json(sorted(name for names in grouped.values() for name in names))


def _refusal(inside: str, caller: Caller, method: str) -> _Refused | None:
    """Refuse here what the validators of `data.py` refuse too, whatever the body holds."""
    shown = BY_NAME.get(inside.removeprefix("/api/tables/").partition("/")[0])
    if shown is None:
        return _NOTHING_HERE
    if not caller.is_one_of(shown.readers):
        return _Refused(status=403, detail="Your role does not read this table.")
    if method not in READS and not caller.is_one_of(shown.editors):
        by_others = "Only a manager or an administrator may change this."
        return _Refused(status=403, detail=by_others if shown.editors else REFUSED)
    return None


def _with_headers(
    send: Send, statuses: list[int], *, files: bool
) -> Callable[[Message], Awaitable[None]]:
    # Its files carry a digest of their content, and ask again; its answers are kept nowhere.
    headers = HEADERS | {"cache-control": "no-cache"} if files else HEADERS

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
            message["headers"] = [
                *message["headers"],
                *((name.encode(), value.encode()) for name, value in headers.items()),
            ]
        await send(message)

    return send_with_headers


def _json(body: object) -> ASGIResponse:
    return ASGIResponse(
        body=json.dumps(body).encode(), media_type="application/json", headers=HEADERS
    )


def _redirect(where: str) -> ASGIResponse:
    return ASGIResponse(status_code=307, headers={"location": where, **HEADERS})


def _sign_in() -> ASGIResponse:
    return _redirect(f"/admin/sign-in?next={quote(f'{PREFIX}/', safe='')}")


def data_browser() -> ASGIRouteHandler:
    """Return the handler of everything under /admin/data/."""
    browser = DataBrowser()

    @asgi(PREFIX, is_mount=True, copy_scope=True)
    async def mount(scope: Scope, receive: Receive, send: Send) -> None:
        await browser(scope, receive, send)

    return mount
