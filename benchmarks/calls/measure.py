"""Measure calls of one web process: rounds that take turns, times, processor time by process."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import psycopg

from benchmarks.calls.sizes import Size
from benchmarks.calls.supply import Operation, Supply, supply
from benchmarks.calls.taken_down import Said, statements_of
from benchmarks.machine import children_seconds, processor_seconds, resident_mib
from benchmarks.place import Place

CONNECTIONS = (1, 16)
ROUNDS, QUICK_ROUNDS = 3, 1
SECONDS, QUICK_SECONDS = 0.8, 0.5
_WARM_SECONDS, _QUICK_WARM_SECONDS = 1.5, 0.4
_LABELS_SECONDS, _QUICK_LABELS_SECONDS = 6.0, 3.0
_A_FEW = 0.02


@dataclass(slots=True, kw_only=True)
class Measured:
    """What some rounds of one operation came to; times in seconds."""

    taken: list[float] = field(default_factory=list)
    speeds: list[float] = field(default_factory=list)
    web: float = 0.0
    postgres: float = 0.0
    count: int = 0

    @property
    def a_second(self) -> float:
        """Return how many were carried out in a second, in the middle round."""
        return statistics.median(self.speeds)

    @property
    def web_ms(self) -> float:
        """Return the web process's processor time for one, in milliseconds."""
        return 1000 * self.web / max(self.count, 1)

    @property
    def postgres_ms(self) -> float:
        """Return PostgreSQL's processor time for one, in milliseconds."""
        return 1000 * self.postgres / max(self.count, 1)

    @property
    def mean_ms(self) -> float:
        """Return how long one took on average where single times are not known."""
        return 1000 / self.a_second

    def quantile(self, share: float) -> float:
        """Return the time within which `share` of them were done, in milliseconds."""
        ordered = sorted(self.taken)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Target(NamedTuple):
    """A web process, the port it listens on, and the database behind it."""

    web: int
    port: int
    where: Place


@dataclass(slots=True, kw_only=True)
class CallFigures:
    """What was measured at one size, by operation and number of connections."""

    size: Size
    names: Sequence[str]
    calls: Mapping[tuple[str, int], Measured]
    statements: Mapping[str, Sequence[Said]]
    resident_mib: float
    labels_a_second: float
    label_ms: float


def measure_calls(where: Place, size: Size, *, quick: bool) -> CallFigures:
    """Measure every operation; then let a worker make the labels that are due."""
    given = supply(where.database_url, size.fresh)
    seconds = QUICK_SECONDS if quick else SECONDS
    warm = _QUICK_WARM_SECONDS if quick else _WARM_SECONDS
    operations = _operations(given, seconds)
    statements = statements_of(where, _operations(given, _A_FEW))
    calls = {(name, number): Measured() for name in operations for number in CONNECTIONS}
    # The worker stands still meanwhile: its work has figures of its own.
    with where.web() as (web, port):
        for name in operations:
            generate(port, operations[name](), 16, warm)
        for _ in range(QUICK_ROUNDS if quick else ROUNDS):
            for (name, connections), one in calls.items():
                target = Target(web.pid, port, where)
                measure(one, target, operations[name](), connections, seconds)
        resident = resident_mib(web.pid)
    labels = _labels(where, _QUICK_LABELS_SECONDS if quick else _LABELS_SECONDS)
    return CallFigures(
        size=size,
        names=list(operations),
        calls=calls,
        statements=statements,
        resident_mib=resident,
        labels_a_second=labels[0],
        label_ms=labels[1],
    )


def _operations(given: Supply, seconds: float) -> dict[str, Callable[[], list[Operation]]]:
    return {
        "look up an order": given.look_ups,
        "create a return": lambda: given.creations(int(450 * seconds)),
        "a whole life, to settled": lambda: given.lives(int(120 * seconds)),
        "list fifty returns": given.lists,
        "decide": given.decisions,
    }


def measure(
    one: Measured,
    target: Target,
    operations: list[Operation],
    connections: int,
    seconds: float,
) -> None:
    """Measure one round and add it to `one`."""
    web, postgres = target.web, postmaster(target.where.database_url)
    before = processor_seconds(web), children_seconds(postgres)
    told = generate(target.port, operations, connections, seconds)
    one.web += processor_seconds(web) - before[0]
    one.postgres += children_seconds(postgres) - before[1]
    one.taken += told["taken"]
    one.count += len(told["taken"])
    one.speeds.append(len(told["taken"]) / told["seconds"])


def generate(
    port: int, operations: list[Operation], connections: int, seconds: float
) -> dict[str, Any]:
    """Run the generator, in a process of its own, and return what it tells."""
    plan = {
        "host": "127.0.0.1",
        "port": port,
        "seconds": seconds,
        "connections": connections,
        "operations": operations,
        # What is spelled with a key is done once; what only asks begins again.
        "once": any("Idempotency-Key" in call["headers"] for call in operations[0]),
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.calls.generator"],
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def postmaster(database_url: str) -> int:
    """Return the process that all of PostgreSQL's others are children of."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int"
        ).fetchone()
        return row[0] if row else 0


# What else the calls left to do would come between the labels.
_LABELS_ALONE = "DELETE FROM procrastinate_jobs WHERE task_name <> 'issue_label'"
# What succeeded is deleted from the queue, and the sample has no label on paper.
_LEFT = """
SELECT (SELECT count(*) FROM procrastinate_jobs
        WHERE task_name = 'issue_label' AND status IN ('todo', 'doing')),
       (SELECT count(*) FROM label_documents)
"""


def _labels(where: Place, longest: float) -> tuple[float, float]:
    """Let a worker make labels for some seconds; return how many a second, and its ms for one."""
    with psycopg.connect(where.database_url) as connection:
        connection.execute(_LABELS_ALONE)
    with where.worker() as worker, psycopg.connect(where.database_url, autocommit=True) as asked:
        made, began, busy = 0, 0.0, 0.0
        until = time.monotonic() + 120
        while time.monotonic() < until:
            left, done = asked.execute(_LEFT).fetchone() or (0, 0)
            if not made and done:
                made, began, busy = done, time.monotonic(), processor_seconds(worker.pid)
            elif made and (not left or time.monotonic() - began > longest):
                more = max(done - made, 1)
                taken = time.monotonic() - began
                return more / taken, 1000 * (processor_seconds(worker.pid) - busy) / more
            time.sleep(0.2)
    raise TimeoutError("The worker made no labels.")
