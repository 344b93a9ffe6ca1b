"""What a call answers with: what went well, and every problem that it may have instead."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, get_args

import msgspec
from msgspec import Struct

from returns_engine.web.answers import API
from returns_engine.web.api.description.problem_codes import ALL_PROBLEMS, at_status
from returns_engine.web.api.description.security import refusals_of
from returns_engine.web.api.endpoint import FILES, Declared
from returns_engine.web.api.shapes.messages import Health
from returns_engine.web.api.shapes.orders import StatedDelivery

REFERENCE = "#/components/schemas/{name}"
PROBLEM_JSON = "application/problem+json"
_TOO_MANY, _UNAUTHORIZED, _CONFLICT = 429, 401, 409
_REPLAYED = {"Idempotent-Replayed": {"$ref": "#/components/headers/Idempotent-Replayed"}}
_ETAG = {"ETag": {"$ref": "#/components/headers/ETag"}}
_LOCATION = {"Location": {"$ref": "#/components/headers/Location"}}
_CREATED = 201
_AT_STATUS = {
    _TOO_MANY: {"Retry-After": {"$ref": "#/components/headers/Retry-After"}},
    _UNAUTHORIZED: {"WWW-Authenticate": {"$ref": "#/components/headers/WWW-Authenticate"}},
}
_COMES_BACK = frozenset({"photo_store_away", "database_away"})
_NEVER_KEPT = frozenset({401, 403, 429, 431})
_SERVER_ERROR = 500

HEADERS: Mapping[str, Mapping[str, Any]] = {
    "ETag": {
        "description": "The version that was answered with, for `If-Match`.",
        "required": True,
        "schema": {"type": "string", "pattern": '^"[1-9][0-9]*"$'},
        "example": '"3"',
    },
    "Idempotent-Replayed": {
        "description": "Sent where this is the stored answer to an earlier call with the same key.",
        "schema": {"const": "true"},
    },
    "Location": {
        "description": "Where to read what was made: its own address, or that of what it is in.",
        "required": True,
        "schema": {"type": "string", "pattern": f"^{API}/"},
        "example": f"{API}/returns/RMA-7KQ2M4XN",
    },
    "Retry-After": {
        "description": "After how many seconds to try again.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[1-9][0-9]*$"},
        "example": "120",
    },
    "WWW-Authenticate": {
        "description": "How to say who you are.",
        "required": True,
        "schema": {
            "type": "string",
            "enum": ["Bearer"],
            "x-enumDescriptions": {"Bearer": "A key."},
        },
    },
}


def answers_of(
    declaration: Declared, *, method: str, path: str, examples: Mapping[str, Any]
) -> dict[str, Any]:
    """Return every answer of a call by its status."""
    codes = problem_codes_of(declaration, method=method, path=path)
    statuses = sorted({status for code in codes for status in ALL_PROBLEMS[code].statuses})
    example = _example_of(declaration, f"{method.upper()} {path}", examples)
    good = {str(one): _good(declaration, one, example) for one in declaration.statuses}
    own = {code: ALL_PROBLEMS[code] for code in codes}
    bad = {
        str(status): _problems(status, at_status(own, status), once=declaration.once)
        for status in statuses
    }
    return good | bad


def problem_codes_of(declaration: Declared, *, method: str, path: str) -> tuple[str, ...]:
    """Return the codes of all problems that a call may have, each once."""
    changes = method != "get"
    known = dict.fromkeys(_everywhere(declaration, path, changes=changes))
    known |= refusals_of(declaration.who, changes=changes) | dict.fromkeys(declaration.refuses)
    return tuple(code for code in ALL_PROBLEMS if code in known)


def _everywhere(declaration: Declared, path: str, *, changes: bool) -> Iterable[str]:
    """Give the codes that follow from how the call is declared, whatever it is about."""
    yield from ("headers_too_large", "unexpected")
    if declaration.answers is not Health:
        yield "database_away"
    if changes or declaration.who is not None:
        yield "invalid_request"
    if changes:
        yield from ("other_site", "too_large")
    if declaration.takes is not None:
        yield "unsupported_media_type"
    if "{" in path:
        yield "not_found"
    if declaration.once:
        yield from ("idempotency_key_in_use", "idempotency_key_reused")
    if declaration.versioned:
        yield "stale_version"
    if changes and declaration.who is not None:
        yield "guarded"


def _example_of(declaration: Declared, call: str, examples: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """Return what the call answers where that is kept by itself, else an example of its shape."""
    # Of one of several shapes the first is shown.
    shown = next(iter(get_args(declaration.answers)), declaration.answers)
    return examples.get(call) or examples.get(getattr(shown, "__name__", ""))


def _good(declaration: Declared, status: int, example: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    headers = (_REPLAYED if declaration.once else {}) | (_ETAG if _has_version(declaration) else {})
    headers |= _LOCATION if status == _CREATED else {}
    answer = {"description": HTTPStatus(status).phrase, "content": _content(declaration, example)}
    return answer | {"headers": headers} if headers else answer


def _has_version(declaration: Declared) -> bool:
    shape = declaration.answers
    if not isinstance(shape, type) or not issubclass(shape, Struct):
        return False
    return shape is StatedDelivery or any(
        one.name == "version" for one in msgspec.structs.fields(shape)
    )


def _content(declaration: Declared, example: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    if declaration.answers in FILES:
        kind = declaration.answers
        return {kind: {"schema": {"type": "string", "contentMediaType": kind}}}
    if isinstance(declaration.answers, str):
        return {declaration.answers: {"schema": {"type": "string"}}}
    (schema,), _ = msgspec.json.schema_components([declaration.answers], ref_template=REFERENCE)
    return {"application/json": {"schema": schema} | ({"example": example} if example else {})}


def _problems(status: int, says: Mapping[str, str], *, once: bool) -> dict[str, Any]:
    words = "\n".join(f"- `{code}`: {sentence}" for code, sentence in says.items())
    headers: dict[str, Any] = dict(_AT_STATUS.get(status, {}))
    if not _COMES_BACK.isdisjoint(says):
        headers |= _AT_STATUS[_TOO_MANY]
    if "idempotency_key_in_use" in says:
        # Other conflicts do not pass by waiting.
        headers |= {"Retry-After": {**HEADERS["Retry-After"], "required": False}}
    if once and status not in _NEVER_KEPT and status < _SERVER_ERROR:
        headers |= _REPLAYED
    schema = {
        "allOf": [{"$ref": REFERENCE.format(name="Problem")}],
        "properties": {
            "status": {"const": status},
            "code": {"enum": list(says)},
        },
    }
    answer = {
        "description": f"{HTTPStatus(status).phrase}\n\n{words}",
        "content": {PROBLEM_JSON: {"schema": schema, "example": _example(status, says)}},
    }
    return answer | {"headers": headers} if headers else answer


def _example(status: int, says: Mapping[str, str]) -> dict[str, Any]:
    code, sentence = next(iter(says.items()))
    example = {
        "type": f"urn:returns-engine:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": sentence.replace("`", ""),
        "code": code,
        "errors": [],
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    }
    if code == "transition_not_allowed" and status == _CONFLICT:
        return example | {"state": "closed", "action": "withdraw"}
    return example
