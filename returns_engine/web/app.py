"""The web application: API, pages and health, made once from its services."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from litestar import Litestar, Request, Response
from litestar.config.compression import CompressionConfig
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import State
from litestar.exceptions import HTTPException, NotFoundException
from litestar.types import ControllerRouterHandler

from returns_engine.web.api.routes import api_router
from returns_engine.web.api.schema import api_description
from returns_engine.web.health import HEALTH, Metrics
from returns_engine.web.page_problems import show_problem, wants_page
from returns_engine.web.pages import add_security_headers
from returns_engine.web.problems import problem_response
from returns_engine.web.services import Services

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[Any]]


def create_app(
    services: Services,
    extra_routes: Sequence[ControllerRouterHandler] = (),
    *,
    state: dict[str, Any] | None = None,
    csrf: CSRFConfig | None = None,
    lifespan: Sequence[Lifespan] = (),
) -> Litestar:
    """Return the application with the API and `extra_routes`, which bring portal and admin.

    `state` is kept as the application's own beside `services`; `csrf` guards the forms of pages.
    """
    metrics = Metrics()
    return Litestar(
        route_handlers=[api_router(), *HEALTH, *extra_routes],
        state=State({"services": services, "metrics": metrics, **(state or {})}),
        exception_handlers={HTTPException: _problem, Exception: _problem},
        before_request=_refuse_nul,
        before_send=[add_security_headers, metrics.count_answer],
        openapi_config=api_description(),
        csrf_config=csrf,
        lifespan=list(lifespan),
        compression_config=CompressionConfig(backend="gzip", minimum_size=1024),
        debug=False,
        logging_config=None,
    )


def _refuse_nul(request: Request[Any, Any, Any]) -> None:
    # Neither PostgreSQL nor a file system can even look for such a name.
    if "\0" in request.scope["path"]:
        raise NotFoundException


def _problem(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    if wants_page(request):
        return show_problem(request, error)
    return problem_response(request, error)
