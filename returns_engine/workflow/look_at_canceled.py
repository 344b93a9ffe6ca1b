"""Somebody looked at a canceled order whose money is still here, and says why it may be (10)."""

from datetime import datetime

from returns_engine.queries.canceled_orders import LOOKED_AT, missing_of_canceled
from returns_engine.rules.actor import Actor
from returns_engine.rules.event_body import order_chain
from returns_engine.tables.engine import transaction
from returns_engine.workflow.record_events import NewEvent, record_in_chain


async def look_at_canceled(number: str, *, note: str, actor: Actor, now: datetime) -> bool:
    """Record who looked, with a note of what was found; say whether there was anything to see to.

    It leaves the inbox until the order changes. Nothing is recorded where nothing is to be settled.
    """
    async with transaction():
        missing = await missing_of_canceled(number)
        if missing:
            event = NewEvent(type=LOOKED_AT, data={"missing": missing}, text=note)
            await record_in_chain(order_chain(number), event, actor=actor, now=now)
        return bool(missing)
