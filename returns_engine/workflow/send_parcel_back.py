"""A parcel nobody announced leaves again, for whoever sent it."""

from datetime import datetime
from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.parcel_states import ParcelEvent
from returns_engine.tables.engine import transaction
from returns_engine.workflow.parcel_file import load_parcel, require_parcel, save_parcel
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.tell_customer import order_row, tell_customer
from returns_engine.workflow.tracking_number import printed_tracking_number


async def send_parcel_back(
    parcel_id: UUID,
    *,
    carrier: str,
    tracking_number: str,
    order_number: str | None = None,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Record that a parcel in quarantine was sent back; its customer is told where one is known.

    `order_number` says whose it is, unless they were asked before. Raises NotFound,
    TransitionNotAllowed for a parcel that is matched or gone, and Unprocessable
    `tracking_number_impossible` for what no carrier prints.
    """
    async with transaction():
        await require_parcel(parcel_id)
        order = None if order_number is None else await order_row(order_number)
        parcel = await load_parcel(parcel_id, expected_version=expected_version)
        after = parcel.after(ParcelEvent.SEND_BACK)
        known = parcel.order if order is None else order.id
        printed = printed_tracking_number(tracking_number)
        data: dict[str, object] = {"carrier": carrier, "tracking_number": printed}
        values = {
            "state": str(after),
            "order": known,
            "sent_back_at": now,
            "back_carrier": carrier,
            "back_tracking_number": printed,
        }
        # A tracking number leads to an address: it stands where it can be erased.
        event = NewEvent(
            type="parcel.sent_back",
            from_state=str(parcel.state),
            to_state=str(after),
            text=f"{carrier} {printed}",
        )
        await save_parcel(parcel, values, event, actor=actor, now=now)
        if known is not None:
            context = {**data, "parcel": parcel.number, "clauses": ["return.ask_first"]}
            await tell_customer(known, "parcel_sent_back", context, now)
