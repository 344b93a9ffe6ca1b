"""Somebody has seen to a payment that called for a person, and says what they did."""

from datetime import datetime

from returns_engine.queries.payments_to_look_at import LOOKED_AT, list_payments_to_look_at
from returns_engine.rules.actor import Actor
from returns_engine.rules.event_body import order_chain
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.record_events import NewEvent, record_in_chain

# Beyond this no row has an id.
_LAST_PLACE = 2**31 - 1
_LOCK = "SELECT FROM payments WHERE id = $1 FOR NO KEY UPDATE"


async def look_at_payment(
    place: int, *, balance: int, note: str, actor: Actor, now: datetime
) -> bool:
    """Record who saw to the payment at this place of the list, with a note of what they did.

    It leaves the list until it stands otherwise than now. Nothing is recorded, and False returned,
    where it is not there any more or its balance, in minor units, is not the one they saw. That no
    refund of it goes while it is below zero stays as it is.
    """
    if not 0 < place <= _LAST_PLACE:
        return False
    async with transaction():
        await connection().execute(_LOCK, place)
        found = await list_payments_to_look_at(limit=1, after=place - 1)
        if not found or found[0].place != place or found[0].balance != balance:
            return False
        one = found[0]
        about = {
            "payment_id": one.payment_id,
            "balance": one.balance,
            "difference": one.difference,
            "disputed": one.disputed,
            "disputed_lost": one.disputed_lost,
            "mismatch": one.mismatch,
            "currency": one.currency,
        }
        event = NewEvent(type=LOOKED_AT, data=about, text=note)
        await record_in_chain(order_chain(one.order_number), event, actor=actor, now=now)
    return True
