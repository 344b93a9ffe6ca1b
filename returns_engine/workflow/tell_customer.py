"""Write to the customer of an order where no return is in hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from returns_engine.gateways.job_queue.jobs import Job, defer_jobs
from returns_engine.tables.engine import connection
from returns_engine.tables.messages import Message
from returns_engine.workflow.refusals import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An order as far as a mail needs it."""

    id: int
    number: str
    has_address: bool


async def order_row(number: str) -> OrderRow:
    """Return the order, in any letter case; raises NotFound."""
    row = await connection().fetchrow(
        "SELECT o.id, o.number, c.email IS NOT NULL AS has_address FROM orders o"
        ' LEFT JOIN order_contacts c ON c."order" = o.id'
        " WHERE lower(o.number) = lower($1) ORDER BY o.number <> $1 LIMIT 1",
        number.strip(),
    )
    if row is None:
        raise NotFound("order")
    return OrderRow(id=row["id"], number=row["number"], has_address=row["has_address"])


async def tell_customer(
    order_id: int, template: str, context: Mapping[str, object], now: datetime
) -> None:
    """Write a mail about an order; it is sent once this transaction is committed."""
    message = Message(
        id=uuid4(), order=order_id, template=template, context=dict(context), created_at=now
    )
    await Message.insert(message)
    await defer_jobs(connection(), [Job(task="send_message", args={"message_id": str(message.id)})])
