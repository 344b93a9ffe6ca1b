"""What Prometheus is given: answers of all web processes here, and what waits in the database."""

import os
import time
from collections.abc import Iterable, Iterator, Sequence

import structlog
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from returns_engine.queries.operating_figures import NAMES, Figure

PREFIX = "returns_engine_"
SHARED_BY = "PROMETHEUS_MULTIPROC_DIR"
"""Where it is set, the processes of one `serve` count in files of this folder, for all of them."""
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_BEGAN = "returns_engine_began"

log = structlog.get_logger()


class Metrics:
    """What this process counted, and what waits in the database when somebody asks."""

    def __init__(self) -> None:
        self._own = CollectorRegistry()
        self._answers = Counter(
            f"{PREFIX}http_answers",
            "Answers by method, route and status",
            ["method", "route", "status"],
            registry=self._own,
        )
        self._seconds = Histogram(
            f"{PREFIX}http_answer_seconds",
            "Seconds until an answer began, by method and route",
            ["method", "route"],
            buckets=_SECONDS,
            registry=self._own,
        )

    def count(self, method: str, route: str, status: int, seconds: float | None) -> None:
        """Count an answer by its route, never by its address, which may name a customer's case."""
        self._answers.labels(method, route, str(status)).inc()
        if seconds is not None:
            self._seconds.labels(method, route).observe(seconds)

    def exposition(self, figures: Sequence[Figure] | None) -> bytes:
        """Return everything in Prometheus' own format; `figures` is None without a database."""
        registry = self._own
        if SHARED_BY in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it carries no types
        waiting = CollectorRegistry()
        waiting.register(_Waiting(figures))
        return generate_latest(registry) + generate_latest(waiting)


class _Waiting(Collector):
    """The figures of the database, in Prometheus' own shape."""

    def __init__(self, figures: Sequence[Figure] | None) -> None:
        self._figures = figures

    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = GaugeMetricFamily(f"{PREFIX}database_up", "1 where the database answers, else 0")
        up.add_metric([], float(self._figures is not None))
        yield up
        for name, (label, about) in NAMES.items():
            family = GaugeMetricFamily(PREFIX + name, about, labels=[label] if label else [])
            for figure in _of(name, self._figures or ()):
                family.add_metric([figure.label] if label else [], figure.value)
            yield family


def _of(name: str, figures: Iterable[Figure]) -> Iterator[Figure]:
    return (figure for figure in figures if figure.name == name)


def timed(app: ASGIApp) -> ASGIApp:
    """Note when a call began; a middleware."""

    async def begin(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"][_BEGAN] = time.perf_counter()
        await app(scope, receive, send)

    return begin


async def count_answer(message: Message, scope: Scope) -> None:
    """Count an answer that begins, for the application's `before_send`."""
    if message["type"] != "http.response.start":
        return
    counted: Metrics = scope["litestar_app"].state.metrics
    route = scope.get("path_template") or "none"
    began = scope["state"].get(_BEGAN)
    seconds = None if began is None else time.perf_counter() - began
    # Whoever calls may make methods up; each would be counted for ever.
    method = str(scope.get("method", ""))
    counted.count(method if method in _METHODS else "other", route, message["status"], seconds)
