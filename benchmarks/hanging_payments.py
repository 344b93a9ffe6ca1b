"""Refunds of different payments do not wait for one another: some hang, and the rest go on."""

import time
from pathlib import Path

import httpx
import psycopg

from benchmarks.findings import Figure
from benchmarks.place import Place, place
from benchmarks.seed import AMOUNT, pay_there, seed_approved

HANGING, OTHERS, QUICK_OTHERS = 8, 200, 40
LONGEST_SECONDS = 90.0

# The time runs from the first try at all: those that hang stand first in the queue.
_OTHERS_DONE = """
SELECT count(*), EXTRACT(epoch FROM max(a.answered_at) - (SELECT min(sent_at) FROM refund_attempts))
FROM refund_attempts a JOIN refunds r ON r.id = a.refund JOIN payments p ON p.id = r.payment
WHERE r.state = 'succeeded' AND NOT p.reference = ANY(%s)
"""
_HANGING = """
SELECT count(*) FROM refunds r JOIN payments p ON p.id = r.payment
WHERE r.state = 'submitting' AND p.reference = ANY(%s)
"""


def run(server: str, folder: Path, *, quick: bool) -> list[Figure]:
    """Let the provider hang for the first payments in the queue, and time all the others."""
    others = QUICK_OTHERS if quick else OTHERS
    with place(server, "bench_hanging", folder) as where:
        pay_there(where.sandbox.books, HANGING + others, AMOUNT)
        seed_approved(where.database_url, HANGING + others)
        hanging = [f"pi_{number}" for number in range(1, HANGING + 1)]
        for reference in hanging:
            _hang(where, reference)
        with where.worker():
            seconds, still = _wait(where, hanging, others)
    return [
        Figure(
            name=f"{others} refunds while those of {HANGING} payments hang",
            value=f"{others / seconds:.0f} a second",
            goal="20 a second",
        ),
        Figure(
            name="of these payments still hanging when the others were done",
            value=f"{still} of {HANGING}",
            goal=f"{HANGING} of {HANGING}: nobody waited",
        ),
    ]


def _hang(where: Place, reference: str) -> None:
    fault = {
        "on": "refunds.create",
        "mode": "timeout_before",
        "match": {"payment_intent": reference},
        "times": 9,
    }
    httpx.post(f"{where.sandbox.address}/_test/faults", json=fault).raise_for_status()


def _wait(where: Place, hanging: list[str], others: int) -> tuple[float, int]:
    until = time.monotonic() + LONGEST_SECONDS
    with psycopg.connect(where.database_url, autocommit=True) as connection:
        while time.monotonic() < until:
            row = connection.execute(_OTHERS_DONE, [hanging]).fetchone()
            if row is not None and row[0] == others:
                left = connection.execute(_HANGING, [hanging]).fetchone()
                return float(row[1]), left[0] if left else 0
            time.sleep(0.1)
    raise TimeoutError("The others waited for the payments that hang.")
