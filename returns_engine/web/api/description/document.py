"""The whole description, as OpenAPI 3.1, from how every endpoint is declared."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from returns_engine.web.api.description.answers import HEADERS
from returns_engine.web.api.description.links import add_links
from returns_engine.web.api.description.operations import operation
from returns_engine.web.api.description.schemas import schemas
from returns_engine.web.api.description.security import SCHEMES
from returns_engine.web.api.description.shared_answers import share_answers
from returns_engine.web.api.description.tags import tag_list
from returns_engine.web.api.endpoint import DECLARED, Declared
from returns_engine.web.services import Services

_EXAMPLES = Path(__file__).with_name("examples.json")
_ABOUT = """Returns and refunds that explain themselves.

- Amounts are whole minor units (cents) beside their `currency`; moments are RFC 3339 in UTC.
- A field that is not described here is refused, so nothing can be smuggled in.
- Every error is a problem (RFC 9457) with a stable `code`; each call lists its own.
- Whoever may not call hears 401 or 403 first, then 404, and only then what is wrong with the body.
- A POST with an `Idempotency-Key` happens once, however often it is sent.
- A change with `If-Match` happens only while nobody else has changed the thing.
- Lists go on with `next_cursor`, which costs the same on every page.
"""


def description(app: Litestar, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the description of `app`; `known` is what Litestar says by itself."""
    services: Services = app.state.services
    examples = json.loads(_EXAMPLES.read_text(encoding="utf-8"))
    paths: dict[str, dict[str, Any]] = {}
    shapes: set[Any] = set()
    for path, method, handler, declaration in declared_in(app):
        by_litestar = known["paths"][path][method]
        call = operation(
            handler,
            declaration,
            method=method,
            path=path,
            known=by_litestar,
            examples=examples,
        )
        add_links(call["operationId"], call["responses"])
        paths.setdefault(path, {})[method] = call
        shapes |= {declaration.answers, declaration.takes} - {None}
    shapes = {one for one in shapes if not isinstance(one, str)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Returns and refunds", "version": "1", "description": _ABOUT},
        "tags": tag_list(),
        "paths": paths,
        "components": {
            "schemas": schemas(
                sorted(shapes, key=str), examples, checks=services.policy.condition_checks
            ),
            "responses": share_answers(paths),
            "securitySchemes": SCHEMES,
            "headers": HEADERS,
        },
    }


def declared_in(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler, Declared]]:
    """Give every declared endpoint with its address and method, in small letters."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            if DECLARED in handler.opt:
                for method in handler.http_methods:
                    yield route.path_format, method.lower(), handler, handler.opt[DECLARED]
