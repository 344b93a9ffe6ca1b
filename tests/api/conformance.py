"""Hold every answer that a test gets to what /schema says of its call."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import jsonschema_rs
from litestar import Litestar

from returns_engine.web.api.description.document import description

_NAMED = re.compile(r'"#/components/schemas/([^"/]+)"')
_IN_PATH = re.compile(r"\{[a-z_]+\}")
_NOT_A_CALL = frozenset({404, 405})
# HEAD is GET without its content, and OPTIONS names the methods; pages are for people.
_UNDESCRIBED = frozenset({"HEAD", "OPTIONS"})
_DESCRIBED = ("/api/", "/health", "/metrics")


class Described:
    """The description of an application, as strict as it can be read."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document | {"paths": with_answers(document)}
        self._strict: dict[str, Any] = closed(document["components"]["schemas"])
        self._validators: dict[str, Any] = {}
        self._paths = sorted(
            ((_pattern(path), path) for path in self.document["paths"]),
            key=lambda one: one[1].count("{"),
        )

    def call_of(self, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
        """Return the address, as it is described, and the call; None where there is no such."""
        for pattern, template in self._paths:
            if pattern.fullmatch(path):
                call = self.document["paths"][template].get(method.lower())
                return None if call is None else (template, call)
        return None

    def faults(self, answer: httpx.Response) -> Iterator[str]:
        """Give what is not as it is described; `answer` has been read."""
        request = answer.request
        found = self.call_of(request.method, request.url.path)
        if request.method in _UNDESCRIBED or not request.url.path.startswith(_DESCRIBED):
            return
        if found is None:
            if answer.status_code not in _NOT_A_CALL:
                yield f"{request.method} {request.url.path} is not described"
            return
        _, call = found
        known = call["responses"].get(str(answer.status_code))
        if known is None:
            yield f"{answer.status_code} is not described: {answer.text[:300]}"
            return
        yield from _header_faults(answer, self._headers(known))
        kind = answer.headers.get("content-type", "").partition(";")[0]
        if kind not in known["content"]:
            yield f"{kind} is not described"
        elif kind.endswith("json"):
            yield from self._content_faults(known["content"][kind]["schema"], answer.json())

    def _headers(self, known: Mapping[str, Any]) -> dict[str, Any]:
        headers = self.document["components"]["headers"]
        given = known.get("headers", {})
        return {name: headers[name] if "$ref" in one else one for name, one in given.items()}

    def _content_faults(self, schema: dict[str, Any], content: object) -> Iterator[str]:
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            # With all the others, which it does not name, each would take megabytes.
            needed = {name: self._strict[name] for name in named_by(schema, self._strict)}
            self._validators[key] = jsonschema_rs.Draft202012Validator(
                {"components": {"schemas": needed}, **schema}, validate_formats=True
            )
        for error in self._validators[key].iter_errors(content):
            yield f"/{'/'.join(map(str, error.instance_path))}: {error.message[:300]}"


_known: dict[int, Described] = {}


def described(app: Litestar) -> Described:
    """Return how `app` describes itself, written once."""
    if id(app) not in _known:
        _known[id(app)] = Described(description(app, app.openapi_schema.to_schema()))
    return _known[id(app)]


def with_answers(document: dict[str, Any]) -> dict[str, Any]:
    """Return the paths of a document with every answer that several calls share in its place."""
    shared = document["components"]["responses"]

    def in_place(answer: dict[str, Any]) -> dict[str, Any]:
        return shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer

    return {
        path: {
            method: call
            | {"responses": {status: in_place(one) for status, one in call["responses"].items()}}
            for method, call in methods.items()
        }
        for path, methods in document["paths"].items()
    }


def named_by(schema: Any, known: Mapping[str, Any]) -> set[str]:
    """Return the names of the known schemas that one refers to, and of those that these do."""
    names: set[str] = set()
    waiting = [schema]
    while waiting:
        new = set(_NAMED.findall(json.dumps(waiting.pop()))) - names
        names |= new
        waiting += [known[name] for name in new]
    return names


def closed(schema: Any) -> Any:
    """Return a schema in which no object holds what is not described."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: closed(value) for name, value in schema.items()}
    if "properties" in plain and plain.get("type") == "object":
        plain.setdefault("additionalProperties", False)
    return plain


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(_IN_PATH.sub("[^/]+", path))


def _header_faults(answer: httpx.Response, described_headers: Mapping[str, Any]) -> Iterator[str]:
    for name, header in described_headers.items():
        value = answer.headers.get(name)
        if value is None:
            if header.get("required"):
                yield f"the header {name} is missing"
        elif not jsonschema_rs.is_valid(header["schema"], value):
            yield f"the header {name} is {value}"
    for name in ("etag", "retry-after", "idempotent-replayed", "www-authenticate", "location"):
        if name in answer.headers and name not in {one.lower() for one in described_headers}:
            yield f"the header {name} is not described"
