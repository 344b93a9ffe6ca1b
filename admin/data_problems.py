"""The data browser's errors as problems (RFC 9457), like all others of the site.

Its page reads `detail`, which a problem has too. What it says of a form, field by field as a
list or in one sentence, stays as it is: only its own page sends those, and reads them so.
"""

import json
from collections.abc import Mapping
from typing import Any

from litestar import Request
from litestar.response.base import ASGIResponse
from litestar.types import Message, Scope, Send

from returns_engine.web.problems import FRAMEWORK_WORDS, PROBLEM_JSON, UNEXPECTED_WORDS, problem

_FIRST_ERROR = 400


async def send_problem(
    scope: Scope,
    send: Send,
    status: int,
    *,
    detail: str | None = None,
    more: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Send an error of the data browser; its words are the site's own unless `detail` is given."""
    code, usual = FRAMEWORK_WORDS.get(status, UNEXPECTED_WORDS)
    answer = problem(
        Request[Any, Any, Any](scope),
        status=status,
        code=code,
        detail=detail or usual,
        more=more,
        headers=headers,
    )
    ready = ASGIResponse(
        body=answer.content,
        status_code=status,
        media_type=PROBLEM_JSON,
        headers=answer.headers,
    )
    await ready(scope, _nothing_more, send)


async def _nothing_more() -> Any:  # noqa: ANN401 - what a server says when a client is gone
    return {"type": "http.disconnect"}


def with_problems(scope: Scope, send: Send) -> Send:
    """Return a `send` that lets no error through that is not a problem."""
    held: list[Any] = []

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] >= _FIRST_ERROR:
            held.append(message)
        elif not held:
            await send(message)
        else:
            held.append(message)
            if not message.get("more_body"):
                await _send_held(scope, send, held)

    return sending


async def _send_held(scope: Scope, send: Send, held: list[Any]) -> None:
    start, *parts = held
    said = _said(b"".join(part.get("body", b"") for part in parts))
    if "db_error" in said:
        # Its page shows this in the database's own words, so we say it as a form does.
        words = _in_words(str(said["db_error"]))
        body = json.dumps({"custom_form_error": words}).encode()
        answer = ASGIResponse(body=body, status_code=422, media_type="application/json")
        await answer(scope, _nothing_more, send)
        return
    detail = said.get("detail")
    if "custom_form_error" in said or not (detail is None or isinstance(detail, str)):
        for message in held:
            await send(message)
        return
    allowed = {
        name.decode(): value.decode() for name, value in start["headers"] if name == b"allow"
    }
    await send_problem(scope, send, start["status"], detail=detail, headers=allowed)


_REFUSALS = {
    "unique constraint": "Another row has this already; what must be unique stands in one row.",
    "foreign key constraint": "Other rows rest on this one, so it cannot be deleted.",
}


def _in_words(refusal: str) -> str:
    known = (words for constraint, words in _REFUSALS.items() if constraint in refusal)
    return next(known, "The database refused this; nothing was changed.")


def _said(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
