"""Is it alive, is it ready, and what can be counted."""

import ipaddress
from collections.abc import Sequence
from typing import Any

import structlog
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from prometheus_client import CONTENT_TYPE_LATEST

from returns_engine.queries.operating_figures import Figure, operating_figures
from returns_engine.queries.rows import first_row
from returns_engine.web.answers import json_answer
from returns_engine.web.api.endpoint import Declared, declared
from returns_engine.web.api.shapes.messages import Health
from returns_engine.web.leaving import is_leaving
from returns_engine.web.metrics import Metrics
from returns_engine.web.problems import NotConfigured, NotSignedIn
from returns_engine.web.services import Services
from returns_engine.web.signing import same_text

_TABLES = "SELECT to_regclass('returns') IS NOT NULL AND to_regclass('events') IS NOT NULL AS ready"

log = structlog.get_logger()


@get("/health/live", opt=declared(Declared(answers=Health)))
async def live() -> Response[bytes]:
    """Say that the process answers."""
    return json_answer({"status": "live"})


@get("/health/ready", opt=declared(Declared(answers=Health, refuses=("not_ready",))))
async def ready(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Say whether calls can be served: it was not told to stop, the database has our tables."""
    if is_leaving(request.app.state):
        raise NotConfigured("not_ready", "This process was told to stop.")
    try:
        row = await first_row(_TABLES)
    except Exception as error:
        raise NotConfigured("not_ready", "The database does not answer.") from error
    if row is None or not row["ready"]:
        raise NotConfigured("not_ready", "The database has not been brought up to date.")
    return json_answer({"status": "ready"})


@get(
    "/metrics", opt=declared(Declared(answers="text/plain", refuses=("not_signed_in", "not_found")))
)
async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give out what can be counted, for Prometheus: by RETURNS_ENGINE_METRICS_TOKEN, or nearby."""
    services: Services = request.app.state.services
    _require_watcher(request, services.settings.metrics_token)
    counted: Metrics = request.app.state.metrics
    # Litestar adds the charset by itself.
    kind = CONTENT_TYPE_LATEST.removesuffix("; charset=utf-8")
    return Response(counted.exposition(await _figures(services)), media_type=kind)


def _require_watcher(request: Request[Any, Any, Any], token: str | None) -> None:
    """Let in who has the token; where none is set, who calls from this very machine."""
    if token is None:
        if not _is_here(request):
            raise NotFoundException
        return
    if not same_text(request.headers.get("authorization", ""), f"Bearer {token}"):
        raise NotSignedIn("Send RETURNS_ENGINE_METRICS_TOKEN as a bearer token.")


def _is_here(request: Request[Any, Any, Any]) -> bool:
    try:
        return ipaddress.ip_address(request.client.host if request.client else "").is_loopback
    except ValueError:
        return False


async def _figures(services: Services) -> Sequence[Figure] | None:
    try:
        return await operating_figures(now=services.clock())
    except Exception as error:  # noqa: BLE001 - what is counted here is given out whatever happens
        log.warning("figures_unread", error=type(error).__qualname__)
        return None


HEALTH = [live, ready, metrics]
