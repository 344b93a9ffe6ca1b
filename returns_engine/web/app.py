"""The web application: API, pages and health, made once from its services."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from litestar import Litestar, Request, Response
from litestar.config.compression import CompressionConfig
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import State
from litestar.exceptions import HTTPException, NotFoundException
from litestar.types import ControllerRouterHandler, Message, Scope

from returns_engine.web.api.routes import api_router
from returns_engine.web.api.schema import api_description
from returns_engine.web.form_sizes import LARGEST_FORM
from returns_engine.web.header_limits import headers_within_limits
from returns_engine.web.health import HEALTH
from returns_engine.web.methods import answer_options, answering_head
from returns_engine.web.metrics import Metrics, count_answer, timed
from returns_engine.web.other_sites import refuse_other_sites
from returns_engine.web.page_problems import show_problem, wants_page
from returns_engine.web.pages import add_security_headers
from returns_engine.web.problems import log_unexpected, problem, problem_response
from returns_engine.web.services import Services
from returns_engine.web.trace import trace_id_of
from returns_engine.web.under_path import public_path, under_path
from returns_engine.web.written_numbers import NO_SLASH, names_a_slash, numbers_as_written

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
    app = Litestar(
        route_handlers=[api_router(), *HEALTH, *extra_routes],
        state=State(state_with(services, **(state or {}))),
        exception_handlers={HTTPException: _problem, Exception: _problem},
        before_request=_before_all,
        middleware=[timed, headers_within_limits, refuse_other_sites],
        before_send=[add_security_headers, _count],
        openapi_config=api_description(),
        csrf_config=csrf,
        lifespan=list(lifespan),
        compression_config=CompressionConfig(
            backend="gzip", minimum_size=1024, exclude=["/photos/", "/changes$"]
        ),
        debug=False,
        logging_config=None,
        request_max_body_size=LARGEST_FORM,
    )
    inside = numbers_as_written(answering_head(app.asgi_handler))
    app.asgi_handler = under_path(inside, public_path(services.settings))
    return app


def state_with(services: Services, **more: object) -> dict[str, Any]:
    """Return all that an application knows of its services and keeps of its own."""
    return {"services": services, "metrics": Metrics(), **more}


# Async, or Litestar runs it in a thread, at each request.
async def _before_all(request: Request[Any, Any, Any]) -> Response[bytes] | None:
    # Neither PostgreSQL nor a file system can even look for such a name.
    if "\0" in request.scope["path"]:
        raise NotFoundException
    return answer_options(request)


async def _count(message: Message, scope: Scope) -> None:
    try:
        await count_answer(message, scope)
    except Exception as error:  # noqa: BLE001 - what only watches costs nobody the answer
        log_unexpected(error, trace_id_of(scope))


def _problem(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    if wants_page(request):
        return show_problem(request, error)
    if isinstance(error, NotFoundException) and names_a_slash(request.scope):
        return problem(request, status=404, code="not_found", detail=NO_SLASH)
    return problem_response(request, error)
