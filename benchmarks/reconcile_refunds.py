"""How long it takes to compare a whole account with our books, and in how much memory."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.findings import Figure
from benchmarks.place import Place, place
from benchmarks.seed import seed_paid

FEW, MANY = 2_000, 20_000
QUICK_FEW, QUICK_MANY = 300, 3_000
# Peak memory of the command alone: it runs below a process that does nothing else.
_MEASURED = """
import resource, subprocess, sys, time
began = time.monotonic()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(done.stdout.decode(), peak, time.monotonic() - began, sep="\\x1f")
"""


def run(server: str, folder: Path, *, quick: bool) -> list[Figure]:
    """Compare a small and a large account; the memory of both should be the same."""
    few, many = (QUICK_FEW, QUICK_MANY) if quick else (FEW, MANY)
    _, small = _compared(server, folder, few)
    seconds, large = _compared(server, folder, many)
    return [
        Figure(name=f"{many:,} refunds compared with the provider's", value=f"{seconds:.0f} s"),
        Figure(
            name=f"peak memory for {few:,} and for {many:,}",
            value=f"{small:.0f} and {large:.0f} MiB",
            goal="the same",
        ),
    ]


def _compared(server: str, folder: Path, count: int) -> tuple[float, float]:
    """Return seconds and MiB of one `returns-engine reconcile`; its progress bar is shown."""
    with place(server, f"bench_reconcile_{count}", folder) as where:
        seed_paid(where.database_url, where.sandbox.books, count)
        said, peak, seconds = _measured(where)
    if not said["agrees"] or said["refunds"] != count:
        raise AssertionError(f"The comparison is wrong: {said}")
    return seconds, peak / 1024


def _measured(where: Place) -> tuple[dict[str, object], int, float]:
    command = [sys.executable, "-c", _MEASURED, *where.command("reconcile", "--json")]
    ran = subprocess.run(  # noqa: S603 - our own command
        command, env=where.environ, stdout=subprocess.PIPE, text=True, check=True
    )
    said, peak, seconds = ran.stdout.split("\x1f")
    return json.loads(said), int(peak), float(seconds)
