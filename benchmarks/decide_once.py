"""What `returns-engine decide` takes of a processor, from its start to its answer."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.findings import Figure
from returns_engine.sandbox.sample_order import fresh_order

ROUNDS, QUICK = 15, 5
_NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
_NUMBER = "EKR-1001"
_LINE = {"line_id": "L1", "quantity": 1, "reason": "changed_mind"}


def run(server: str, folder: Path, *, quick: bool) -> list[Figure]:  # noqa: ARG001 - it needs no database
    """Ask it some times, each time as a new process, and take the median."""
    order, request = folder / "order.json", folder / "request.json"
    document = {**fresh_order(_NOW, _NUMBER).document, "order_number": _NUMBER}
    order.write_text(json.dumps(document))
    request.write_text(json.dumps({"order_number": _NUMBER, "lines": [_LINE]}))
    files = ["--order", str(order), "--request", str(request)]
    when = ["--as-of", _NOW.isoformat()]
    command = [sys.executable, "-m", "returns_engine.cli.main", "decide", *files, *when]
    _seconds(command)  # the first run writes the bytecode
    taken = sorted(_seconds(command) for _ in range(QUICK if quick else ROUNDS))
    return [
        Figure(
            name="processor time of `returns-engine decide`",
            value=f"{taken[len(taken) // 2]:.2f} s",
            goal="0.5 s",
        )
    ]


def _seconds(command: list[str]) -> float:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own
    # `wait4` tells what this one child took, whatever else runs.
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return used.ru_utime + used.ru_stime
