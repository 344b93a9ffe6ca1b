"""Where the API is described: /schema for people, /schema/openapi.json for programs."""

import json
from typing import Any

from litestar import MediaType, Request, Response, Router
from litestar.exceptions import NotFoundException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin

from returns_engine.web.api.description.document import description
from returns_engine.web.pages import Pages
from returns_engine.web.under_path import public_path
from returns_engine.web.who import services_of

AnyRequest = Request[Any, Any, Any]
_NOT_FOUND = 404


class _Document(JsonRenderPlugin):
    """Answers with our own description instead of what Litestar can tell from types."""

    def __init__(self) -> None:
        super().__init__()
        self._written: bytes | None = None

    def render(self, request: AnyRequest, openapi_schema: dict[str, Any]) -> bytes:
        """Return the whole description as JSON, written once for each application."""
        if self._written is None:
            whole = description(request.app, openapi_schema)
            if path := public_path(services_of(request).settings):
                whole["servers"] = [{"url": path}]
            self._written = json.dumps(whole, ensure_ascii=False).encode()
        return self._written


class _Page(OpenAPIRenderPlugin):
    """Shows the description; Litestar's own page would load scripts from elsewhere."""

    def __init__(self) -> None:
        super().__init__(path="/", media_type=MediaType.HTML)

    def render(self, request: AnyRequest, openapi_schema: dict[str, Any]) -> bytes:  # noqa: ARG002 - the page reads it by itself
        """Return the page."""
        pages: Pages = request.app.state.pages
        return pages.render("schema.html", {}).encode()


def api_description() -> OpenAPIConfig:
    """Return where and how the API is described."""
    return OpenAPIConfig(
        title="Returns and refunds",
        version="1",
        openapi_router=Router(
            "/schema", route_handlers=[], include_in_schema=False, after_request=_missed
        ),
        render_plugins=[_Document(), _Page()],
    )


def _missed(response: Response[Any]) -> Response[Any]:
    """Let nothing of ours be missed otherwise than all else: Litestar has a page for it here."""
    if response.status_code == _NOT_FOUND:
        raise NotFoundException
    return response
