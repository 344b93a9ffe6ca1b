"""One call as the description shows it: from how it is declared, and from what its handler says."""

import inspect
from collections.abc import Mapping
from typing import Any

from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from returns_engine.web.api.description.answers import REFERENCE, answers_of
from returns_engine.web.api.description.names import operation_name
from returns_engine.web.api.description.parameters import IF_MATCH, ONCE, described
from returns_engine.web.api.description.security import says_who, security_of
from returns_engine.web.api.description.tags import tag_of
from returns_engine.web.api.endpoint import Declared

_FILE = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
        "order_number": {
            "type": "string",
            "maxLength": 100,
            "description": "From staff and programs: the order it is for.",
        },
    },
    "required": ["file"],
    "additionalProperties": False,
}
_SIGNATURE = {
    "name": "Stripe-Signature",
    "in": "header",
    "required": True,
    "description": "Stripe's signature over the raw body.",
    "schema": {"type": "string"},
}


def operation(
    handler: HTTPRouteHandler,
    declaration: Declared,
    *,
    method: str,
    path: str,
    known: Mapping[str, Any],
    examples: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the description of a call; `known` is what Litestar says of it."""
    changes = method != "get"
    said = inspect.getdoc(handler.fn) or ""
    summary, _, more = said.partition("\n")
    asks_who = declaration.who is not None or declaration.takes is not None
    parts = (summary, more.strip(), says_who(declaration.who) if asks_who else "")
    described_call = {
        "operationId": operation_name(method, path),
        "tags": [tag_of(handler.fn.__module__)],
        "summary": summary.rstrip("."),
        "description": "\n\n".join(part for part in parts if part),
        "parameters": described(known.get("parameters") or ()) + _headers(declaration, path),
        "security": security_of(declaration.who, changes=changes),
        "responses": answers_of(declaration, method=method, path=path, examples=examples),
    }
    body = _body(declaration, path, examples)
    return described_call | ({"requestBody": body} if body else {})


def _headers(declaration: Declared, path: str) -> list[dict[str, Any]]:
    headers = [ONCE] if declaration.once else []
    if declaration.versioned:
        headers.append(IF_MATCH)
    return [*headers, _SIGNATURE] if path.endswith("/webhooks/stripe") else headers


def _body(declaration: Declared, path: str, examples: Mapping[str, Any]) -> dict[str, Any] | None:
    if declaration.takes_file:
        return {"required": True, "content": {"multipart/form-data": {"schema": _FILE}}}
    if path.endswith("/webhooks/stripe"):
        return {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
    if declaration.takes is None:
        return None
    content: dict[str, Any] = {
        "schema": {"$ref": REFERENCE.format(name=declaration.takes.__name__)}
    }
    example = examples.get(declaration.takes.__name__)
    if example is not None:
        content["example"] = example
    return {"required": _is_needed(declaration.takes), "content": {"application/json": content}}


def _is_needed(takes: type[Struct]) -> bool:
    """Say whether there must be a body: a call that takes nothing may be sent without one."""
    return bool(takes.__struct_fields__)
