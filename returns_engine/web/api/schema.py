"""The API's description: what Litestar knows, with the bodies that are read by hand."""

from typing import Any

import msgspec
from litestar import Request
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from msgspec import Struct

from returns_engine.web.api.endpoint import TAKES
from returns_engine.web.problems import PROBLEM_JSON

_REFERENCE = "#/components/schemas/{name}"


class FieldProblem(Struct, kw_only=True):
    """One field at fault."""

    pointer: str
    code: str
    detail: str


class Problem(Struct, kw_only=True):
    """Every error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem]
    trace_id: str


class _WholeDescription(JsonRenderPlugin):
    """Adds to the description what our endpoints take and how they refuse."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Return the whole description as JSON."""
        taken = _taken(request)
        bodies = sorted(set(taken.values()), key=lambda body: body.__name__)
        _, components = msgspec.json.schema_components([*bodies, Problem], ref_template=_REFERENCE)
        openapi_schema.setdefault("components", {}).setdefault("schemas", {}).update(components)
        for path, operations in openapi_schema.get("paths", {}).items():
            for method, operation in operations.items():
                if isinstance(operation, dict) and "responses" in operation:
                    _complete(operation, taken.get((path, method)))
        return self.render_json(request, openapi_schema)


def api_description() -> OpenAPIConfig:
    """Return where and how the API is described: /schema/openapi.json."""
    return OpenAPIConfig(
        title="Returns and refunds",
        version="1",
        path="/schema",
        render_plugins=[_WholeDescription()],
        components=Components(
            security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer")}
        ),
        security=[{"bearer": []}],
    )


def _taken(request: Request[Any, Any, Any]) -> dict[tuple[str, str], type[Struct]]:
    """Return the body of each call by address and method."""
    return {
        (route.path_format, method.lower()): handler.opt[TAKES]
        for route in request.app.routes
        for handler in getattr(route, "route_handlers", [])
        if TAKES in handler.opt
        for method in handler.http_methods
    }


def _complete(operation: dict[str, Any], body: type[Struct] | None) -> None:
    problem = {"schema": {"$ref": _REFERENCE.format(name="Problem")}}
    operation["responses"]["default"] = {
        "description": "A problem",
        "content": {PROBLEM_JSON: problem},
    }
    if body is not None:
        schema = {"$ref": _REFERENCE.format(name=body.__name__)}
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
