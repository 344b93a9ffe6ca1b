"""Piccolo Admin inside our own site: our sign-in, our roles, and nothing of it that we don't use.

Litestar hands a mount every path that begins alike (/admin/datax too), cuts the prefix off and adds
a slash; the true path is put back here. Piccolo Admin is built at the first visit, because it
loads FastAPI and makes models of every table, which no other page needs.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from litestar import asgi
from litestar.connection import ASGIConnection
from litestar.handlers import ASGIRouteHandler
from litestar.types import Message, Receive, Scope, Send

from admin.data import BY_NAME, LARGEST_BODY, PREFIX, create_data_browser, readable_by
from admin.data_answers import (
    FILES,
    FORMS,
    HEADERS,
    READS,
    TABLES,
    Refused,
    before_piccolo,
    redirect,
)
from admin.data_csv import asks_for_file, defused
from admin.data_edits import Edit, on_record
from admin.data_problems import send_problem, with_problems
from admin.data_schemas import as_read
from admin.data_sent import EXPORTING, read_sent, said, send_export
from admin.signed_in import staff_of
from returns_engine.web.services import Services
from returns_engine.web.who import Caller, services_of

if TYPE_CHECKING:
    from piccolo_admin.endpoints import AdminRouter

Connection = ASGIConnection[Any, Any, Any, Any]


class DataBrowser:
    """The ASGI application at /admin/data/."""

    def __init__(self) -> None:
        self._browser: AdminRouter | None = None
        self._building = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        raw = scope["raw_path"].decode("latin-1").partition("?")[0]
        if raw == PREFIX:
            await redirect(f"{PREFIX}/")(scope, receive, send)
            return
        if not raw.startswith(f"{PREFIX}/"):
            await send_problem(scope, send, 404)
            return
        inside = unquote(raw)[len(PREFIX) :]
        connection = Connection(scope, receive, send)
        caller = await staff_of(connection)
        if caller is not None and caller.owes_second_step(services_of(connection).settings):
            caller = None
        order = connection.query_params.getall("__order", [])
        answer = await before_piccolo(inside, caller, str(scope.get("method", "GET")), order=order)
        if isinstance(answer, Refused):
            await send_problem(scope, send, answer.status, detail=answer.detail, more=answer.more)
            return
        if answer is not None:
            await answer(scope, receive, send)
            return
        scope["path"], scope["root_path"] = unquote(raw), PREFIX
        await self._pass_on(inside, caller, connection)

    async def _pass_on(self, inside: str, caller: Caller | None, connection: Connection) -> None:
        scope, services = connection.scope, services_of(connection)
        browser = await self._get(services)
        send: Send = _with_headers(
            with_problems(scope, connection.send), files=inside.startswith(FILES)
        )

        if caller is not None and inside.startswith(TABLES):
            asked = BY_NAME[inside.removeprefix(TABLES).partition("/")[0]].table
            readable = {name for names in readable_by(caller).values() for name in names}
            send = as_read(asked, inside, readable, send)
            sizes = connection.query_params.getall("__page_size", [])
            if inside.removeprefix(TABLES).strip("/") in BY_NAME and asks_for_file(sizes):
                send = defused(send)

        async def ask(answer: Send, receive: Receive = connection.receive) -> None:
            await browser(scope, receive, answer)  # type: ignore[arg-type]  # Starlette's types of the same ASGI

        if caller is None or scope.get("method") in READS:
            await ask(send)
        elif inside.startswith(TABLES):
            table, _, row = inside.removeprefix(TABLES).strip("/").partition("/")
            edited, now = BY_NAME[table].table, services.clock()
            await on_record(Edit(table=edited, row=row, actor=caller.actor, now=now), ask, send)
        elif inside.startswith(FORMS):
            form = await read_sent(connection.receive, most=LARGEST_BODY)
            if len(form.body) <= LARGEST_BODY and form.fields is None:
                await said("This form could not be read.")(scope, connection.receive, send)
            elif inside == EXPORTING:
                await send_export(form, caller, connection, send)
            else:
                await ask(send, form.again)
        else:
            await ask(send)

    async def _get(self, services: Services) -> "AdminRouter":
        async with self._building:
            if self._browser is None:
                self._browser = await asyncio.to_thread(create_data_browser, services)
        return self._browser


def _with_headers(send: Send, *, files: bool) -> Callable[[Message], Awaitable[None]]:
    # Its files carry a digest of their content, and ask again; its answers are kept nowhere.
    headers = HEADERS | {"cache-control": "no-cache"} if files else HEADERS

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [
                *message["headers"],
                *((name.encode(), value.encode()) for name, value in headers.items()),
            ]
        await send(message)

    return send_with_headers


def data_browser() -> ASGIRouteHandler:
    """Return the handler of everything under /admin/data/."""
    browser = DataBrowser()

    @asgi(PREFIX, is_mount=True, copy_scope=True)
    async def mount(scope: Scope, receive: Receive, send: Send) -> None:
        await browser(scope, receive, send)

    return mount
