"""Ask a customer whose parcel came unannounced to request a return, so that it can be matched."""

from datetime import datetime
from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.tables.engine import transaction
from returns_engine.workflow.parcel_file import load_parcel, require_parcel, save_parcel
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import Conflict
from returns_engine.workflow.tell_customer import order_row, tell_customer


async def ask_for_return(
    parcel_id: UUID,
    *,
    order_number: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Mail the customer of an order that a parcel of theirs waits here, with the way to the portal.

    Only because a person says so: a name on a parcel is no proof. Raises NotFound,
    TransitionNotAllowed for a parcel that does not wait, and Conflict `already_asked` or
    `no_address`.
    """
    async with transaction():
        await require_parcel(parcel_id)
        order = await order_row(order_number)
        parcel = await load_parcel(parcel_id, expected_version=expected_version)
        parcel.require_quarantined("ask")
        if parcel.asked_at is not None and parcel.order == order.id:
            raise Conflict("already_asked", "This customer was asked already.")
        if not order.has_address:
            raise Conflict("no_address", "The order has no e-mail address: call the customer.")
        event = NewEvent(type="parcel.asked", data={"order_number": order.number})
        values = {"order": order.id, "asked_at": now}
        await save_parcel(parcel, values, event, actor=actor, now=now)
        context = {"parcel": parcel.number, "clauses": ["return.ask_first"]}
        await tell_customer(order.id, "parcel_unannounced", context, now)
