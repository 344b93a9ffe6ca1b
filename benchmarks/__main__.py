"""`make bench`: every benchmark, one after the other; BENCH=quick is a short run of each.

A benchmark is a file with `run(server, folder, *, quick)` that gives its figures; a further one is
a file and a line below.
"""

import os
import tempfile
import time
from pathlib import Path

from benchmarks import (
    call_speed,
    customer_pages,
    decide_once,
    hanging_payments,
    reconcile_refunds,
    start_web,
    submit_refunds,
)
from benchmarks.findings import Figure, Finding, as_markdown, write
from benchmarks.machine import machine
from benchmarks.place import servers

KEPT = Path(".data") / "bench"
"""Where the benchmarks' own PostgreSQL keeps what the next run can use."""

BENCHMARKS = (
    start_web,
    decide_once,
    call_speed,
    customer_pages,
    submit_refunds,
    hanging_payments,
    reconcile_refunds,
)


def main() -> None:
    """Run them, and print and write tables for docs/performance.md.

    BENCH_ONLY names the benchmarks to run, separated by commas; all where it is not set.
    """
    quick = os.environ.get("BENCH") == "quick"
    only = [name for name in os.environ.get("BENCH_ONLY", "").split(",") if name]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, servers(KEPT) as server:
        findings: list[Finding] = []
        for benchmark in BENCHMARKS:
            name = benchmark.__name__.rpartition(".")[2]
            if only and name not in only:
                continue
            print(f"{name}: {benchmark.__doc__}", flush=True)
            found = benchmark.run(server, Path(folder), quick=quick)
            for one in found:
                if isinstance(one, Figure):
                    print(f"    {one.name}: {one.value}", flush=True)
            findings += found
    run = "A quick run" if quick else "A full run"
    on = f"On: {machine()}. {run}, {time.monotonic() - began:.0f} s."
    print(f"\n{as_markdown(findings)}\n\n{on}")
    write(findings, on=on, folder=Path.cwd())


if __name__ == "__main__":
    main()
