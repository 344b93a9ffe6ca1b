"""What was shipped meanwhile cannot be cancelled any more: never pay and ship silently."""

from returns_engine.queries.shipped_cancellations import CancelledLine, cancelled_lines
from returns_engine.rules.words import ReturnKind
from returns_engine.workflow.order_file import OrderFile, load_order_by_id
from returns_engine.workflow.refusals import Conflict
from returns_engine.workflow.return_case import ReturnCase

_SHIPPED_MEANWHILE = (
    "Units of this cancellation were shipped meanwhile. Refuse it, and the customer can send them"
    " back; or stop the parcel, take them out of it, and go on."
)


async def require_unshipped(case: ReturnCase, order: OrderFile | None = None) -> OrderFile | None:
    """Return the order, locked where it is a cancellation's, else as it was given.

    Whoever holds the order has just decided on it. Raises Conflict `shipped_meanwhile` where units
    of the cancellation are in a parcel.
    """
    if order is not None or case.kind != ReturnKind.CANCELLATION:
        return order
    held = await load_order_by_id(case.order)
    await refuse_shipped(case)
    return held


async def refuse_shipped(case: ReturnCase) -> None:
    """Raise Conflict `shipped_meanwhile` where units of a cancellation are in a parcel."""
    if case.kind == ReturnKind.CANCELLATION and await shipped_lines(case):
        raise Conflict("shipped_meanwhile", _SHIPPED_MEANWHILE)


async def shipped_lines(case: ReturnCase) -> list[CancelledLine]:
    """Return the lines of a cancellation of which units were shipped meanwhile."""
    lines = await cancelled_lines(case.order)
    return [line for line in lines if line.number == case.number and line.units]
