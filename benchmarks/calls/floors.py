"""What there is to compare with, in the same run: a framework and a database without an engine."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks.calls.measure import (
    CONNECTIONS,
    QUICK_ROUNDS,
    QUICK_SECONDS,
    ROUNDS,
    SECONDS,
    Measured,
    Target,
    generate,
    measure,
)
from benchmarks.calls.pgbench import measure_pgbench
from benchmarks.calls.supply import Operation
from benchmarks.calls.taken_down import Said
from benchmarks.place import Place, free_port, wait_for

ROUTE = "a bare Litestar route"
PGBENCH = "pgbench: the statements of creating a return, in one transaction"
TRANSACTION = "a bare Litestar and Piccolo transaction of five statements"


@dataclass(slots=True, kw_only=True)
class Floors:
    """What was measured, by what it is and the number of connections."""

    measured: Mapping[tuple[str, int], Measured]

    def route(self, connections: int) -> Measured:
        """Return the bare route."""
        return self.measured[ROUTE, connections]

    def transaction(self, connections: int) -> Measured:
        """Return the bare transaction."""
        return self.measured[TRANSACTION, connections]


def measure_floors(where: Place, said: Sequence[Said], folder: Path, *, quick: bool) -> Floors:
    """Measure all of them, in rounds that take turns; `said` are the statements for pgbench."""
    seconds = QUICK_SECONDS if quick else SECONDS
    operations = {ROUTE: [_get("/bare")], TRANSACTION: _transactions(where)}
    measured = {(name, number): Measured() for name in operations for number in CONNECTIONS}
    with _bare(where) as (web, port):
        for supplied in operations.values():
            generate(port, supplied, 16, 1.0)
        for _ in range(QUICK_ROUNDS if quick else ROUNDS):
            for (name, connections), one in measured.items():
                measure(one, Target(web, port, where), operations[name], connections, seconds)
    for connections in CONNECTIONS:
        one = measure_pgbench(where, said, connections, seconds, folder)
        measured[PGBENCH, connections] = one
    return Floors(measured=measured)


def _get(path: str) -> Operation:
    return [{"method": "GET", "path": path, "headers": "", "status": 200}]


def _transactions(where: Place) -> list[Operation]:
    with psycopg.connect(where.database_url) as connection:
        numbers = connection.execute("SELECT number FROM orders ORDER BY id LIMIT 500").fetchall()
    return [
        [
            {
                "method": "POST",
                "path": "/five",
                "headers": "Content-Type: application/json\r\n",
                "body": json.dumps({"order": number}),
                "status": 201,
            }
        ]
        for (number,) in numbers
    ]


@contextmanager
def _bare(where: Place) -> Iterator[tuple[int, int]]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.calls.bare_app", str(port), where.database_url]
    process = subprocess.Popen(command)  # noqa: S603 - our own
    try:
        wait_for(f"http://127.0.0.1:{port}/bare")
        yield process.pid, port
    finally:
        process.kill()
        process.wait(10)
