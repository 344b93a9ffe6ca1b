"""What the framework alone does here: a bare route, and a transaction of five statements.

Run as `python -m benchmarks.calls.bare_app PORT DATABASE_URL`, with the same server and the same
options as the engine's own.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import msgspec
import uvicorn
from litestar import Litestar, Response, get, post

from returns_engine.gateways.clock import system_clock
from returns_engine.tables.engine import engine_at, the_engine
from returns_engine.tables.messages import Message
from returns_engine.tables.orders import Order, OrderContact, OrderLine

_ANSWER = msgspec.json.encode({"lines": [{"line_id": "L1", "quantity": 1}] * 20})


@get("/bare")
async def bare() -> Response[bytes]:
    """Answer with a few hundred bytes of JSON, without asking anything."""
    return Response(_ANSWER, media_type="application/json")


@post("/five")
async def five(data: dict[str, Any]) -> Response[bytes]:
    """Read an order, its lines and its contact, write a message and change it."""
    async with the_engine().transaction():
        order = await Order.select(Order.id, Order.version).where(Order.number == data["order"])
        order_id = order[0]["id"]
        lines = await OrderLine.select(OrderLine.line_id, OrderLine.quantity).where(
            OrderLine.order == order_id
        )
        contact = await OrderContact.select(OrderContact.email).where(
            OrderContact.order == order_id
        )
        message = Message(id=uuid4(), order=order_id, template="bare", created_at=system_clock())
        await Message.insert(message)
        await Message.update({Message.tries: 1}).where(Message.id == message.id)
    answer = {"lines": lines, "to": contact[0]["email"], "id": str(message.id)}
    return Response(msgspec.json.encode(answer), status_code=201, media_type="application/json")


def application(database_url: str) -> Litestar:
    """Return the bare application with the engine's own pool."""

    @asynccontextmanager
    async def database(_: Litestar) -> AsyncIterator[None]:
        async with engine_at(database_url):
            yield

    return Litestar([bare, five], lifespan=[database], openapi_config=None, logging_config=None)


if __name__ == "__main__":
    uvicorn.run(
        application(sys.argv[2]),
        port=int(sys.argv[1]),
        access_log=False,
        server_header=False,
        log_level="error",
    )
