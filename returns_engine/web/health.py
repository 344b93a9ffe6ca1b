"""Is it alive, is it ready, and what can be counted."""

from typing import Any

from litestar import Request, Response, get
from litestar.types import Message, Scope
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge
from prometheus_client.exposition import generate_latest

from returns_engine.queries.rows import first_row
from returns_engine.queries.waiting import what_waits
from returns_engine.web.answers import json_answer
from returns_engine.web.problems import NotConfigured

_TABLES = "SELECT to_regclass('returns') IS NOT NULL AND to_regclass('events') IS NOT NULL AS ready"


class Metrics:
    """What this process counted, and what waits in the database when somebody asks."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._answers = Counter(
            "returns_engine_http_answers",
            "Answers by method, route and status",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self._returns = Gauge(
            "returns_engine_returns_waiting", "Returns by state", ["state"], registry=self.registry
        )
        self._refunds = Gauge(
            "returns_engine_refunds_waiting", "Refunds by state", ["state"], registry=self.registry
        )

    async def count_answer(self, message: Message, scope: Scope) -> None:
        """Count an answer by its route, never by its address, which may name a customer's case."""
        if message["type"] != "http.response.start":
            return
        route = scope.get("path_template") or "none"
        self._answers.labels(str(scope.get("method", "")), route, str(message["status"])).inc()

    async def exposition(self) -> bytes:
        """Return everything in Prometheus' own format."""
        waits = await what_waits()
        for gauge, waiting in ((self._returns, waits.returns), (self._refunds, waits.refunds)):
            gauge.clear()
            for state, one in waiting.items():
                gauge.labels(state).set(one.count)
        return generate_latest(self.registry)


@get("/health/live")
async def live() -> Response[bytes]:
    """Say that the process answers."""
    return json_answer({"status": "live"})


@get("/health/ready")
async def ready() -> Response[bytes]:
    """Say whether calls can be served: the database answers and has our tables."""
    try:
        row = await first_row(_TABLES)
    except Exception as error:
        raise NotConfigured("not_ready", "The database does not answer.") from error
    if row is None or not row["ready"]:
        raise NotConfigured("not_ready", "The database has not been brought up to date.")
    return json_answer({"status": "ready"})


@get("/metrics")
async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give out what can be counted, for Prometheus."""
    counted: Metrics = request.app.state.metrics
    # Litestar adds the charset by itself.
    kind = CONTENT_TYPE_LATEST.removesuffix("; charset=utf-8")
    return Response(await counted.exposition(), media_type=kind)


HEALTH = [live, ready, metrics]
