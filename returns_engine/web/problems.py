"""Every refusal over HTTP: the one table from what could not happen to a status, as RFC 9457."""

import traceback
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    InternalServerException,
    MethodNotAllowedException,
    ValidationException,
)

from returns_engine.documents.errors import DocumentError
from returns_engine.gateways.payments.webhook_events import BadSignature, UnreadableEvent
from returns_engine.rules.eligibility.request_check import RequestNotJudged
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.web.methods import methods_at
from returns_engine.web.trace import trace_id_of
from returns_engine.workflow.database_away import DatabaseAway, database_away
from returns_engine.workflow.guard_refusals import guard_refusal
from returns_engine.workflow.photo_files import PhotosAway
from returns_engine.workflow.refusals import (
    AboveLimit,
    Conflict,
    NotFound,
    Refusal,
    SamePerson,
    StaleVersion,
    Unprocessable,
)
from returns_engine.workflow.store_photo import NotAPhoto, PhotoTooLarge
from returns_engine.workflow.verify_lookup_code import WrongCode

PROBLEM_JSON = "application/problem+json"
_BAD_REQUEST = 400
_SERVER_ERROR = 500
_BROKEN_OFF = "client disconnected prematurely"


class NotSignedIn(Refusal):
    """Nobody known is asking."""

    def __init__(self, detail: str = "Say who you are: an API key, a token or a session.") -> None:
        super().__init__("not_signed_in", detail)


class NotAllowed(Refusal):
    """The caller is known and may not do this."""


class InvalidRequest(Refusal):
    """The request cannot be understood."""


class TooMany(Refusal):
    """The caller must wait; `retry_after` in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("too_many_requests", f"Please try again in {retry_after} seconds.")
        self.retry_after = retry_after


class UnsupportedMedia(Refusal):
    """The content is of a kind that is not taken."""


class NotConfigured(Refusal):
    """The call cannot be served by this installation now."""


STATUS: Mapping[type[Exception], int] = {
    DocumentError: 400,
    InvalidRequest: 400,
    BadSignature: 400,
    UnreadableEvent: 400,
    NotSignedIn: 401,
    WrongCode: 401,
    NotAllowed: 403,
    SamePerson: 403,
    AboveLimit: 403,
    NotFound: 404,
    Conflict: 409,
    TransitionNotAllowed: 409,
    StaleVersion: 412,
    PhotoTooLarge: 413,
    UnsupportedMedia: 415,
    NotAPhoto: 415,
    Unprocessable: 422,
    RequestNotJudged: 422,
    TooMany: 429,
    NotConfigured: 503,
    PhotosAway: 503,
    DatabaseAway: 503,
}
"""The one table. A refusal of a class that is not named here has the status of its parent."""

FRAMEWORK_WORDS: Mapping[int, tuple[str, str]] = {
    400: ("invalid_request", "The request cannot be understood."),
    401: ("not_signed_in", "Say who you are: an API key, a token or a session."),
    403: ("not_allowed", "You may not do this."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take this method."),
    413: ("too_large", "The body is larger than what is taken here."),
    415: ("unsupported_media_type", "This kind of content is not taken here."),
    429: ("too_many_requests", "Please try again later."),
    431: ("headers_too_large", "The headers are larger, or more, than what is taken here."),
}
UNEXPECTED_WORDS = (
    "unexpected",
    "Something went wrong on our side. It is on record under the trace id.",
)
_NAME_IN_ADDRESS = {"in_state": "state"}


def status_of(error: Exception) -> int:
    """Return the HTTP status of `error`; 500 for everything nobody foresaw."""
    if isinstance(error, HTTPException):
        return _BAD_REQUEST if _is_broken_off(error) else error.status_code
    error = guard_refusal(error) or database_away(error) or error
    found = (STATUS[parent] for parent in type(error).__mro__ if parent in STATUS)
    return next(found, _SERVER_ERROR)


def _is_broken_off(error: HTTPException) -> bool:
    """Tell whether the caller hung up before all of the content was here.

    Litestar calls that a fault of the server, and nobody here can mend it.
    """
    return isinstance(error, InternalServerException) and error.detail == _BROKEN_OFF


def problem_response(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Answer `error` as a problem; an unexpected one is logged, and says nothing of our insides."""
    status = status_of(error)
    trace_id = trace_id_of(request.scope)
    refusal = guard_refusal(error)
    if refusal is not None:
        log_guard(error, trace_id)
        error = refusal
    elif away := database_away(error):
        log_away(error, trace_id)
        error = away
    elif status >= _SERVER_ERROR and not isinstance(error, Refusal):
        log_unexpected(error, trace_id)
    code, detail = _words(error, status)
    return problem(
        request,
        status=status,
        code=code,
        detail=detail,
        errors=_field_errors(error),
        more=_more(error),
        headers=headers_of(request, error),
    )


def problem(
    request: Request[Any, Any, Any],
    *,
    status: int,
    code: str,
    detail: str,
    errors: Iterable[Mapping[str, str]] = (),
    more: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    """Return a problem (RFC 9457) with our own members `code`, `errors` and `trace_id`."""
    content = problem_content(
        status=status,
        code=code,
        detail=detail,
        errors=errors,
        trace_id=trace_id_of(request.scope),
        more=more,
    )
    return Response(
        content,
        status_code=status,
        media_type=PROBLEM_JSON,
        headers={"cache-control": "no-store", **(headers or {})},
    )


def problem_content(
    *,
    status: int,
    code: str,
    detail: str,
    trace_id: str,
    errors: Iterable[Mapping[str, str]] = (),
    more: Mapping[str, object] | None = None,
) -> bytes:
    """Return what a problem says, as JSON."""
    content = {
        "type": f"urn:returns-engine:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": detail,
        "code": code,
        "errors": list(errors),
        "trace_id": trace_id,
        **(more or {}),
    }
    return msgspec.json.encode(content)


def _words(error: Exception, status: int) -> tuple[str, str]:
    if isinstance(error, Refusal):
        return error.code, error.detail
    if isinstance(error, TransitionNotAllowed):
        return "transition_not_allowed", f"{error}."
    if isinstance(error, RequestNotJudged):
        return error.errors[0].code, error.errors[0].detail
    if isinstance(error, DocumentError):
        return "invalid_request", error.errors[0].detail
    if isinstance(error, BadSignature):
        return "bad_signature", "The signature does not fit."
    code, detail = FRAMEWORK_WORDS.get(status, UNEXPECTED_WORDS)
    named = _parameter_errors(error) if isinstance(error, ValidationException) else []
    return code, named[0]["detail"] if named else detail


def _field_errors(error: Exception) -> list[dict[str, str]]:
    if isinstance(error, Refusal):
        found: Iterable[Any] = error.fields
    elif isinstance(error, DocumentError | RequestNotJudged):
        found = error.errors
    elif isinstance(error, ValidationException):
        return _parameter_errors(error)
    else:
        return []
    return [{"pointer": one.pointer, "code": one.code, "detail": one.detail} for one in found]


def _parameter_errors(error: ValidationException) -> list[dict[str, str]]:
    """Name the parameters of the address that could not be read."""
    found = error.extra if isinstance(error.extra, list) else []
    return [
        {
            "pointer": f"/{_NAME_IN_ADDRESS.get(one.get('key', ''), one.get('key', ''))}",
            "code": "wrong_value",
            "detail": f"{str(one.get('message', '')).replace('`', '').rstrip('.')}.",
        }
        for one in found
        if isinstance(one, dict)
    ]


def _more(error: Exception) -> dict[str, object]:
    if isinstance(error, TransitionNotAllowed):
        return {"state": error.state, "action": error.action}
    return {}


def headers_of(request: Request[Any, Any, Any], error: Exception) -> dict[str, str]:
    """Return what the answer to `error` says beside its content: when, how, or by what method."""
    error = database_away(error) or error
    if (seconds := getattr(error, "retry_after", None)) is not None:
        return {"retry-after": str(seconds)}
    if isinstance(error, NotSignedIn | WrongCode):
        return {"www-authenticate": "Bearer"}
    if isinstance(error, MethodNotAllowedException):
        return {"allow": ", ".join(methods_at(request.app, request.scope["path"]))}
    if isinstance(error, HTTPException):
        return dict(error.headers or {})
    return {}


def log_guard(error: Exception, trace_id: str) -> None:
    """Tell that a guard of the database spoke: the code's own check before it said yes."""
    _log(error, trace_id, event="refused_by_database")


def log_away(error: Exception, trace_id: str) -> None:
    """Tell in one line that the database was away: many callers meet it at once."""
    structlog.get_logger().warning(
        "database_away", trace_id=trace_id, error=type(error).__qualname__
    )


def log_unexpected(error: Exception, trace_id: str) -> None:
    """Put what nobody foresaw on record, where whoever has the trace id finds it."""
    _log(error, trace_id, event="unexpected_error")


def _log(error: Exception, trace_id: str, *, event: str) -> None:
    # The message of a database error may quote a customer's data, so only its place is logged.
    frames = traceback.extract_tb(error.__traceback__)
    structlog.get_logger().error(
        event,
        trace_id=trace_id,
        error=type(error).__qualname__,
        at=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    )
