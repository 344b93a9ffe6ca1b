"""A shop for browsers: the real application behind a real server, with a mixed order."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from litestar import Litestar

from tests.api.orders import line

MIXED_LINES = [
    line(),
    line(
        line_id="L2",
        sku="EKR-TAC-CUS",
        title="Custom seat covers, Toyota Tacoma, saddle brown",
        kind="custom",
        quantity=1,
        unit_price=28900,
        tax=2312,
        vehicle={"make": "Toyota", "model": "Tacoma", "year": 2021},
    ),
    line(
        line_id="L3",
        sku="EKR-MAT-4",
        title="Floor mats, set of four",
        category="accessory",
        quantity=1,
        unit_price=6450,
        tax=516,
        vehicle=None,
    ),
    line(
        line_id="L4",
        sku="GIFT-50",
        title="Gift card",
        category="gift",
        kind="gift_card",
        quantity=1,
        unit_price=5000,
        tax=0,
        vehicle=None,
    ),
]


def _parcel(parcel_id: str, delivered_at: str, *units: tuple[str, int]) -> dict[str, Any]:
    return {
        "shipment_id": parcel_id,
        "carrier": "ups",
        "tracking_number": f"1Z999AA1012345678{parcel_id[-1]}",
        "shipped_at": "2026-02-22T18:00:00Z",
        "delivered_at": delivered_at,
        "delivery_evidence": "carrier_scan",
        "lines": [{"line_id": line_id, "quantity": quantity} for line_id, quantity in units],
    }


MIXED_ORDER: dict[str, Any] = {
    "lines": MIXED_LINES,
    "discount": 0,
    "shipments": [
        _parcel("S1", "2026-03-02T04:30:00Z", ("L1", 2), ("L2", 1), ("L4", 1)),
        _parcel("S2", "2026-02-24T16:00:00Z", ("L3", 1)),
    ],
    "reference": "pi_mixed",
}


@asynccontextmanager
async def served(app: Litestar) -> AsyncIterator[str]:
    """Serve an application on a free port of this machine and give its address."""
    # A socket that does not call itself TCP is one that asyncio lets wait 40 ms with its answers.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, lifespan="on", ws="none")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it in no other way
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        # Open streams end by themselves, as when a process is told to stop.
        app.state["leaving"] = True
        server.should_exit = True
        await serving
        listening.close()
