"""What the dashboard says of orders that go wrong without anybody asking for something."""

from collections.abc import Mapping

from admin.dashboard.figure import Figure
from returns_engine.queries.inbox import InBox, InboxKind
from returns_engine.queries.late_orders import LateLimits, count_late
from returns_engine.texts.words import mark


async def order_figures(waits: Mapping[InboxKind, InBox], late: LateLimits) -> tuple[Figure, ...]:
    """Return the late orders, and the canceled ones whose money is still here."""
    canceled = waits.get(InboxKind.CANCELED)
    return (
        Figure(
            name=mark("Late orders"),
            count=(await count_late(late))["count"],
            link="/admin/late-orders",
            broken=True,
        ),
        Figure(
            name=mark("Canceled, not paid back"),
            count=canceled.count if canceled else 0,
            oldest_at=canceled.first_at if canceled else None,
            link="/admin/inbox?kind=canceled",
            broken=True,
        ),
    )
