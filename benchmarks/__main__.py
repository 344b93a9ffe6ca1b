"""`make bench`: every benchmark, one after the other; BENCH=quick is a short run of each.

A benchmark is a file with `run(server, folder, *, quick)` that gives its figures; a further one is
a file and a line below.
"""

import os
import tempfile
import time
from pathlib import Path

from benchmarks import hanging_payments, reconcile_refunds, submit_refunds
from benchmarks.machine import machine
from benchmarks.place import Figure, servers

BENCHMARKS = (submit_refunds, hanging_payments, reconcile_refunds)


def main() -> None:
    """Run them and print a table for docs/performance.md."""
    quick = os.environ.get("BENCH") == "quick"
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, servers(Path(folder)) as server:
        figures = []
        for benchmark in BENCHMARKS:
            print(f"{benchmark.__name__}: {benchmark.__doc__}", flush=True)
            found = benchmark.run(server, Path(folder), quick=quick)
            for figure in found:
                print(f"    {figure.name}: {figure.value}", flush=True)
            figures += found
    print(_table(figures))
    print(
        f"On: {machine()}. {'A quick run' if quick else 'A full run'},"
        f" {time.monotonic() - began:.0f} s."
    )


def _table(figures: list[Figure]) -> str:
    rows = [f"| {one.name} | {one.value} | {one.goal} |" for one in figures]
    return "\n".join(["", "| what | figure | goal |", "|---|---|---|", *rows, ""])


if __name__ == "__main__":
    main()
