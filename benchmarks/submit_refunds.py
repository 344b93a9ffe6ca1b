"""How many refunds one worker process submits in a second."""

import time
from pathlib import Path

import psycopg

from benchmarks.findings import Figure
from benchmarks.machine import processor_seconds
from benchmarks.place import Place, place
from benchmarks.seed import AMOUNT, pay_there, seed_approved

REFUNDS, QUICK = 600, 60
LONGEST_SECONDS = 120.0

_DONE = "SELECT count(*) FROM refunds WHERE state = 'succeeded'"
# From the first submission to the last answer: what the worker needs to start is left out.
_SPEED = """
SELECT count(*) / EXTRACT(epoch FROM max(answered_at) - min(sent_at)),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY EXTRACT(epoch FROM answered_at - sent_at))
FROM refund_attempts WHERE outcome = 'accepted'
"""


def run(server: str, folder: Path, *, quick: bool) -> list[Figure]:
    """Approve refunds of different payments, let one worker send them, and take the time."""
    count = QUICK if quick else REFUNDS
    with place(server, "bench_submit", folder) as where:
        pay_there(where.sandbox.books, count, AMOUNT)
        seed_approved(where.database_url, count)
        with where.worker() as worker:
            speed, half, cpu = _wait(where, worker.pid, count)
        twice = _refunded_twice(where)
    return [
        Figure(
            name=f"refunds submitted by one worker process ({count} of different payments)",
            value=f"{speed:.0f} a second",
            goal="20 a second",
        ),
        Figure(name="processor time of the worker for one", value=f"{cpu / count * 1000:.0f} ms"),
        Figure(name="from the call to the answer, median", value=f"{half * 1000:.0f} ms"),
        Figure(name="payments refunded twice", value=str(twice), goal="0"),
    ]


def _wait(where: Place, worker: int, count: int) -> tuple[float, float, float]:
    """Wait until all are done; return how many a second, and median and processor in seconds."""
    until, began = time.monotonic() + LONGEST_SECONDS, 0.0
    with psycopg.connect(where.database_url, autocommit=True) as connection:
        while time.monotonic() < until:
            done = connection.execute(_DONE).fetchone()
            if done is None or done[0] == 0:
                began = processor_seconds(worker)
            elif done[0] == count:
                row = connection.execute(_SPEED).fetchone()
                speed, half = row or (0, 0)
                return float(speed), float(half), processor_seconds(worker) - began
            time.sleep(0.1)
    raise TimeoutError(f"Not all of {count} refunds were submitted in {LONGEST_SECONDS} s.")


def _refunded_twice(where: Place) -> int:
    refunds = where.sandbox.books.newest_first("refund")
    return len(refunds) - len({one["payment_intent"] for one in refunds})
