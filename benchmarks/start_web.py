"""What a web process takes before it answers: processor time and memory."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.findings import Figure
from benchmarks.place import place

ROUNDS, QUICK = 5, 1

# A child's ru_maxrss begins with its parent's, so Linux is asked for the process's own peak.
_PROBE = """
import json, resource
from pathlib import Path
from returns_engine.asgi import application
application()
used = resource.getrusage(resource.RUSAGE_SELF)
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else [f"VmHWM {used.ru_maxrss}"]
peak = int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
print(json.dumps([used.ru_utime + used.ru_stime, peak / 1024]))
"""


def run(server: str, folder: Path, *, quick: bool) -> list[Figure]:
    """Start it some times and take the median of each."""
    with place(server, "bench_start", folder) as where:
        taken = sorted(_once(where.environ) for _ in range(QUICK if quick else ROUNDS))
    seconds, mebibytes = taken[len(taken) // 2]
    return [
        Figure(
            name="processor time of a web process until it is ready",
            value=f"{seconds:.1f} s",
            goal="3 s",
        ),
        Figure(name="its peak memory by then", value=f"{mebibytes:.0f} MiB", goal="150 MiB"),
    ]


def _once(environ: Mapping[str, str]) -> tuple[float, float]:
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", _PROBE], env=environ, capture_output=True, text=True, check=True
    )
    seconds, mebibytes = json.loads(done.stdout)
    return seconds, mebibytes
