"""Somebody looked at what of an order is late, and says what they did (74, 95)."""

from datetime import datetime

from returns_engine.queries.late_orders import LOOKED_AT
from returns_engine.queries.order_troubles import parcels_in_trouble
from returns_engine.queries.order_view import read_order
from returns_engine.rules.actor import Actor
from returns_engine.rules.event_body import order_chain
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import transaction
from returns_engine.workflow.late_orders import late_parts
from returns_engine.workflow.record_events import NewEvent, record_in_chain
from returns_engine.workflow.refusals import NotFound


async def look_at_late(
    number: str, *, note: str, actor: Actor, policy: Policy, now: datetime
) -> bool:
    """Record who looked, with a note of what was asked or done; say whether anything was late.

    What was late leaves the list for `LOOKED`; what becomes late later is not held back by it.
    Nothing is recorded where nothing is late. Raises NotFound.
    """
    async with transaction():
        order = await read_order(number, policy=policy, now=now)
        if order is None:
            raise NotFound("order")
        late = late_parts(order, policy, now, told=await parcels_in_trouble(number))
        if late:
            event = NewEvent(type=LOOKED_AT, data={"late": list(late)}, text=note)
            await record_in_chain(order_chain(number), event, actor=actor, now=now)
        return bool(late)
