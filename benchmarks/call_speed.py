"""How fast calls are answered, beside what a bare framework and a bare database do here."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.calls.floors import Floors, measure_floors
from benchmarks.calls.measure import CONNECTIONS, CallFigures, measure_calls
from benchmarks.calls.sizes import FULL, QUICK, sized_place
from benchmarks.findings import Figure, Finding, Sheet

CREATE = "create a return"
GOALS = {
    "look up an order": 700,
    CREATE: 300,
    "a whole life, to settled": 50,
    "list fifty returns": 600,
}
_COLUMNS = (
    *("operation", "connections", "orders", "a second", "p50, p95, p99 (ms)"),
    *("processor web (ms)", "processor PostgreSQL (ms)", "statements", "of its floor"),
)
_WRITES = frozenset({CREATE, "a whole life, to settled"})


def run(server: str, folder: Path, *, quick: bool) -> list[Finding]:
    """Call one web process at each size of the database, in rounds that take turns."""
    found: list[CallFigures] = []
    for size in QUICK if quick else FULL:
        with sized_place(server, size, folder) as where:
            found.append(measure_calls(where, size, quick=quick))
            if size is (QUICK if quick else FULL)[0]:
                floors = measure_floors(where, found[0].statements[CREATE], folder, quick=quick)
    rows = [
        _row(name, connections, one, floors)
        for name in found[0].names
        for connections in CONNECTIONS
        for one in found
    ]
    rows += [_floor_row(name, connections, floors) for name, connections in floors.measured]
    return [
        *_goals(found, floors),
        *_labels(found),
        Sheet(title="Calls of one web process, and their floors", columns=_COLUMNS, rows=rows),
    ]


def _row(name: str, connections: int, found: CallFigures, floors: Floors) -> Sequence[str]:
    one = found.calls[name, connections]
    floor = floors.transaction(connections) if name in _WRITES else floors.route(connections)
    return (
        name,
        str(connections),
        f"{found.size.orders:,}",
        f"{one.a_second:.0f}",
        f"{one.quantile(0.5):.1f}, {one.quantile(0.95):.1f}, {one.quantile(0.99):.1f}",
        f"{one.web_ms:.2f}",
        f"{one.postgres_ms:.2f}",
        str(len(found.statements[name])),
        f"{100 * one.a_second / floor.a_second:.0f} %",
    )


def _floor_row(name: str, connections: int, floors: Floors) -> Sequence[str]:
    one = floors.measured[name, connections]
    times = ", ".join(f"{one.quantile(share):.1f}" for share in (0.5, 0.95, 0.99) if one.taken)
    return (
        f"*{name}*",
        str(connections),
        "",
        f"{one.a_second:.0f}",
        times if one.taken else f"{one.mean_ms * connections:.1f} on average",
        f"{one.web_ms:.2f}" if one.web else "",
        f"{one.postgres_ms:.2f}",
        "",
        "",
    )


def _goals(found: Sequence[CallFigures], floors: Floors) -> list[Figure]:
    busy = max(CONNECTIONS)
    figures = [
        Figure(
            name=f"{name}, {busy} connections, one web process",
            value=" and ".join(f"{one.calls[name, busy].a_second:.0f}" for one in found)
            + f" a second at {_sizes(found)} orders",
            goal=f"{goal} a second",
        )
        for name, goal in GOALS.items()
    ]
    created = found[0].calls[CREATE, busy].a_second
    share = created / floors.transaction(busy).a_second
    return [
        *figures,
        Figure(
            name="create a return, beside a bare Litestar and Piccolo transaction",
            value=f"{100 * share:.0f} %",
            goal="25 %",
        ),
        Figure(
            name="memory of the web process after all of it",
            value=" and ".join(f"{one.resident_mib:.0f} MiB" for one in found),
        ),
    ]


def _labels(found: Sequence[CallFigures]) -> list[Figure]:
    return [
        Figure(
            name="labels made by one worker process, each with its mail",
            value=" and ".join(f"{one.labels_a_second:.0f}" for one in found)
            + f" a second at {_sizes(found)} orders",
        ),
        Figure(
            name="processor time of the worker for a label and its mail",
            value=" and ".join(f"{one.label_ms:.0f} ms" for one in found),
        ),
    ]


def _sizes(found: Sequence[CallFigures]) -> str:
    return " and ".join(f"{one.size.orders:,}" for one in found)
