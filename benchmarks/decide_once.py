"""What `returns-engine decide` takes of a processor, from its start to its answer."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.findings import Figure

ROUNDS, QUICK = 15, 5
AS_OF = "2026-03-30T12:00:00Z"

_ADDRESS = {
    "name": "Dana Reyes",
    "line1": "1 Main St",
    "city": "Chicago",
    "region": "IL",
    "postal_code": "60601",
    "country": "US",
}
_LINE: dict[str, Any] = {
    "line_id": "L1",
    "sku": "EKR-F150-BLK",
    "title": "Seat covers, Ford F-150, black",
    "category": "seat_cover",
    "kind": "stock",
    "quantity": 2,
    "unit_price": 12995,
    "tax": 2079,
    "tax_included": False,
    "vehicle": {"make": "Ford", "model": "F-150", "year": 2022},
}
_PAYMENT = {
    "payment_id": "P1",
    "provider": "stripe",
    "reference": "pi_123",
    "method": "card",
    "captured": 27069,
}
_SHIPMENT: dict[str, Any] = {
    "shipment_id": "S1",
    "carrier": "ups",
    "tracking_number": "1Z999AA10123456784",
    "shipped_at": "2026-02-24T18:00:00Z",
    "delivered_at": "2026-03-02T04:30:00Z",
    "delivery_evidence": "carrier_scan",
    "lines": [{"line_id": "L1", "quantity": 2}],
}
_ORDER = {
    "order_number": "EKR-1001",
    "channel": "web",
    "status": "completed",
    "placed_at": "2026-02-20T15:04:05Z",
    "paid_at": "2026-02-20T15:05:00Z",
    "currency": "USD",
    "customer": {"email": "dana@example.com", "name": "Dana Reyes"},
    "shipping_address": _ADDRESS,
    "lines": [_LINE],
    "discount": 1000,
    "shipping": 0,
    "shipping_tax": 0,
    "payments": [_PAYMENT],
    "shipments": [_SHIPMENT],
}
_REQUEST = {
    "order_number": "EKR-1001",
    "lines": [{"line_id": "L1", "quantity": 1, "reason": "changed_mind"}],
}


def run(server: str, folder: Path, *, quick: bool) -> list[Figure]:  # noqa: ARG001 - it needs no database
    """Ask it some times, each time as a new process, and take the median."""
    order, request = folder / "order.json", folder / "request.json"
    order.write_text(json.dumps(_ORDER))
    request.write_text(json.dumps(_REQUEST))
    files = ["--order", str(order), "--request", str(request)]
    command = [sys.executable, "-m", "returns_engine.cli.main", "decide", *files, "--as-of", AS_OF]
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
