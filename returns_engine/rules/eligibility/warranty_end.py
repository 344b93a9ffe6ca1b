"""Until when the warranty of something lasts, and so that of what replaces it (47, B-6)."""

from collections.abc import Collection
from datetime import date

from returns_engine.rules.eligibility.calendar_days import local_day, years_later
from returns_engine.rules.facts import LineFacts, OrderFacts
from returns_engine.rules.policy import Policy


def warranty_end(
    order: OrderFacts, line: LineFacts, parcels: Collection[str], policy: Policy
) -> date | None:
    """Return the last day of the warranty of units that came in `parcels`, by shipment id.

    Of several parcels the last counts; a line that is a replacement itself has inherited its end.
    The policy under which the order was placed counts (B-2).
    None where the item has no warranty, or where a parcel's delivery is unknown: then the
    replacement's own delivery will tell.
    """
    policy = policy.in_force_at(order.placed_at)
    if not policy.warranty.covers(line.kind, line.category):
        return None
    if line.warranty_until is not None:
        return line.warranty_until
    delivered = [one.delivered_at for one in order.shipments if one.shipment_id in parcels]
    days = [local_day(moment, policy.zone) for moment in delivered if moment is not None]
    if not days or len(days) < len(delivered):
        return None
    return years_later(max(days), policy.warranty.years)
