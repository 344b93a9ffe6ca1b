"""A form of Piccolo Admin as it is sent: read first, for what is no JSON would break it."""

import json
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from litestar.connection import ASGIConnection
from litestar.types import Receive, Send

from admin.data_answers import FORMS, json_answer
from admin.data_export import export_of
from admin.data_forms import EXPORT
from admin.data_problems import send_problem
from returns_engine.web.signing import same_text
from returns_engine.web.who import Caller, services_of

EXPORTING = f"{FORMS}{EXPORT.slug}/"

Connection = ASGIConnection[Any, Any, Any, Any]


@dataclass(slots=True, kw_only=True)
class SentBody:
    """What was sent; `fields` is None where it is no form."""

    body: bytes
    rest: Receive
    given: bool = False

    @property
    def fields(self) -> dict[str, Any] | None:
        """Return the fields by name."""
        try:
            sent = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return sent if isinstance(sent, dict) else None

    async def again(self) -> Any:  # noqa: ANN401 - an ASGI message
        """Give what was read once more, to whoever reads next."""
        if self.given:
            return await self.rest()
        self.given = True
        return {"type": "http.request", "body": self.body, "more_body": False}


async def read_sent(receive: Receive, *, most: int) -> SentBody:
    """Read a body of at most `most` bytes; the rest of a longer one is left to who reads next."""
    body, more = b"", True
    while more and len(body) <= most:
        message = await receive()
        if message["type"] != "http.request":
            break
        body += message.get("body", b"")
        more = bool(message.get("more_body", False))
    return SentBody(body=body, rest=receive)


async def send_export(sent: SentBody, caller: Caller, connection: Connection, send: Send) -> None:
    """Answer the export form with its file, in pieces, or with what is wrong in words."""
    scope, receive = connection.scope, connection.receive
    fields, zone = sent.fields or {}, services_of(connection).policy.zone
    if not _of_its_page(connection):
        await send_problem(scope, send, 403)
        return
    try:
        file = export_of(fields, caller=caller, zone=zone)
    except ValueError as fault:
        await said(str(fault))(scope, receive, send)
        return
    answer = file.to_asgi_response(None, connection)  # type: ignore[arg-type]  # it reads no request
    await answer(scope, receive, send)


def said(words: str) -> Any:  # noqa: ANN401 - Litestar's answer
    """Return what Piccolo Admin shows above a form that was refused."""
    return json_answer({"custom_form_error": words}, status=422)


def _of_its_page(connection: Connection) -> bool:
    """Tell whether the token is that of the page, as Piccolo asks of all other forms."""
    kept = SimpleCookie(connection.headers.get("cookie", "")).get("csrftoken")
    return kept is not None and same_text(connection.headers.get("x-csrftoken", ""), kept.value)
