"""An expired return frees its units: before it goes on, they must not be in another one by now."""

from collections import Counter

from returns_engine.workflow.order_file import load_order_by_id
from returns_engine.workflow.refusals import Unprocessable
from returns_engine.workflow.return_case import ReturnCase


async def require_free(case: ReturnCase, *, instead: str) -> None:
    """Raise Unprocessable `exceeds_returnable` where another return took the units since.

    `instead` says what to do then.
    """
    order = await load_order_by_id(case.order)
    shipped = Counter[str]()
    for parcel in order.facts.shipments:
        for units in parcel.lines:
            shipped[units.line_id] += units.quantity
    for line_id in {line.line_id for line in case.lines}:
        wanted = sum(line.outstanding for line in case.lines_of(line_id))
        taken = order.history[line_id].by_shipment.values() if line_id in order.history else ()
        if wanted > shipped[line_id] - sum(taken):
            raise Unprocessable(
                "exceeds_returnable",
                f"Units of line {line_id} were asked for again in another return since this one"
                f" expired; {instead}.",
            )
