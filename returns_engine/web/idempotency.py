"""A call that is sent twice happens once: `Idempotency-Key` on every POST.

The call runs inside one transaction with its own answer: either both are there or neither; a
refusal that was raised is kept once the call is undone. The first caller holds an advisory lock, so
that a second one hears 409 instead of waiting; the unique (caller, key) is what decides in the end.
"""

import functools
import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.exceptions import HTTPException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from returns_engine.queries.rows import first_row, loaded, rows
from returns_engine.tables.engine import transaction
from returns_engine.web.api.call import Call
from returns_engine.web.api.reading import read_form, whole_body
from returns_engine.web.problems import InvalidRequest, problem_response, status_of
from returns_engine.workflow.refusals import Conflict, Unprocessable

HEADER = "idempotency-key"
REPLAYED = "idempotent-replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_NEVER_KEPT = frozenset({401, 403, 429})
_SERVER_ERROR = 500
_NOT_READ = b"too large"
_KEPT_HEADERS = frozenset({"etag", "location", "cache-control"})

# Lock and look in one statement: what was committed between its snapshot and its lock is not seen
# here, but meets the unique key when the answer is kept.
_TAKE = """
SELECT pg_try_advisory_xact_lock(hashtextextended({}, 0)) AS free,
       a.request_digest, a.status, a.media_type, a.headers, a.body
FROM (SELECT 1) AS one LEFT JOIN idempotent_answers a ON a.caller = {} AND a.key = {}
"""
_READ = """
SELECT request_digest, status, media_type, headers, body FROM idempotent_answers
WHERE caller = {} AND key = {}
"""
_KEEP = """
INSERT INTO idempotent_answers (caller, key, request_digest, status, media_type, headers, body,
                                created_at)
VALUES ({}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT (caller, key) DO NOTHING RETURNING id
"""

Handler = Callable[..., Awaitable[Response[bytes]]]
Asked = Request[Any, Any, Any]


class KeyInUse(Conflict):
    """The first call with this key is still running; `retry_after` in whole seconds."""

    retry_after = 1

    def __init__(self) -> None:
        super().__init__("idempotency_key_in_use", "The first call with this key is still running.")


class _Overtaken(Exception):  # noqa: N818 - never leaves this file
    """Another call with the same key was answered while this one ran."""


class _Refused(Exception):  # noqa: N818 - never leaves this file
    """The call raised a refusal, which is kept once everything else is undone."""

    def __init__(self, answer: Response[bytes]) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keyed:
    """A call under a key of its caller."""

    caller: str
    key: str
    request_digest: str


def answered_once(handler: Handler) -> Handler:
    """Let `handler`, which takes `call`, run once for each key of a caller.

    What it raises is rolled back and kept as an answer; what it returns is committed, a refusal
    that must leave a trace included.
    """

    @functools.wraps(handler)
    async def once(**arguments: Any) -> Response[bytes]:  # noqa: ANN401 - whatever the handler takes
        call: Call = arguments["call"]
        key = _key_of(call.request)
        if key is None:
            return await handler(**arguments)
        digest = await _digest(call.request)
        keyed = _Keyed(caller=call.caller.key, key=key, request_digest=digest)
        try:
            return await _answered(call, keyed, functools.partial(handler, **arguments))
        except _Overtaken:
            return await _replay_now(keyed)

    return once


def _key_of(request: Asked) -> str | None:
    given = request.headers.getall(HEADER, [])
    if not given:
        return None
    if len(given) > 1 or not _KEY.fullmatch(given[0]):
        raise InvalidRequest(
            "invalid_request", "Idempotency-Key is one, of 1 to 255 visible ASCII characters."
        )
    return given[0]


async def _digest(request: Asked) -> str:
    """Return a digest of what is asked: method, address and content."""
    asked = f"{request.method} {request.scope['path']}?{request.url.query}\n".encode()
    return hashlib.sha256(asked + await _content(request)).hexdigest()


async def _content(request: Asked) -> bytes:
    # Read whole before it is taken apart: whoever does not want a form reads it again.
    try:
        raw = await whole_body(request)
    except RequestEntityTooLarge:
        # The handler says so, once it is known that the thing is there. What was not read is not
        # told apart.
        return _NOT_READ
    if request.content_type[0] != "multipart/form-data":
        return raw
    try:
        form = await read_form(request)
    except (HTTPException, InvalidRequest):
        # No form at all: the handler says so.
        return raw
    return await _fields(form)


async def _fields(form: FormMultiDict) -> bytes:
    """Return a digest of the fields: the boundary differs from call to call, they do not."""
    digest = hashlib.sha256()
    for name, value in sorted(form.multi_items(), key=lambda item: item[0]):
        if isinstance(value, UploadFile):
            digest.update(f"{name} is a file\n".encode("utf-8", "replace"))
            digest.update(await value.read())
            await value.seek(0)
        else:
            digest.update(f"{name}={value}\n".encode("utf-8", "replace"))
    return digest.digest()


async def _answered(
    call: Call, keyed: _Keyed, run: Callable[[], Awaitable[Response[bytes]]]
) -> Response[bytes]:
    try:
        return await _first_or_replayed(call, keyed, run)
    except _Refused as refused:
        # Everything is undone, the lock with it. Whoever came by with the same key before this is
        # written has run the call as well, and the unique key tells whose answer it is.
        await _keep(keyed, refused.answer, call.now)
        return refused.answer


async def _first_or_replayed(
    call: Call, keyed: _Keyed, run: Callable[[], Awaitable[Response[bytes]]]
) -> Response[bytes]:
    async with transaction():
        kept = await first_row(_TAKE, f"{keyed.caller} {keyed.key}", keyed.caller, keyed.key)
        if kept is None or kept["status"] is not None:
            return _replayed(kept or {}, keyed)
        if not kept["free"]:
            raise KeyInUse
        try:
            answer = await run()
        except Exception as error:
            if not _is_kept(status_of(error)):
                raise
            raise _Refused(problem_response(call.request, error)) from error
        if _is_kept(answer.status_code or _SERVER_ERROR):
            await _keep(keyed, answer, call.now)
        return answer


def _is_kept(status: int) -> bool:
    return status < _SERVER_ERROR and status not in _NEVER_KEPT


async def _keep(keyed: _Keyed, answer: Response[bytes], now: datetime) -> None:
    stored = await rows(
        _KEEP,
        keyed.caller,
        keyed.key,
        keyed.request_digest,
        answer.status_code,
        str(answer.media_type),
        msgspec.json.encode(_kept_headers(answer)).decode(),
        answer.content,
        now,
    )
    if not stored:
        raise _Overtaken


def _kept_headers(answer: Response[bytes]) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name in _KEPT_HEADERS}


async def _replay_now(keyed: _Keyed) -> Response[bytes]:
    kept = await first_row(_READ, keyed.caller, keyed.key)
    if kept is None:
        raise KeyInUse
    return _replayed(kept, keyed)


def _replayed(kept: Mapping[str, Any], keyed: _Keyed) -> Response[bytes]:
    if kept["request_digest"] != keyed.request_digest:
        raise Unprocessable(
            "idempotency_key_reused", "This key was used before, for another request."
        )
    return Response(
        bytes(kept["body"]),
        status_code=kept["status"],
        media_type=kept["media_type"],
        headers={**loaded(kept["headers"]), REPLAYED: "true"},
    )
