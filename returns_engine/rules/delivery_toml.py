"""Read from a policy file how long an order usually takes; a policy may be silent about it."""

from returns_engine.rules.delivery_terms import DeliveryTerms, Pace
from returns_engine.rules.toml_table import TomlTable
from returns_engine.rules.words import ItemKind

_LONGEST = 365
_REMOTE = "remote_business_days"
_ABROAD = "abroad_days"
_PAYMENT = "payment_hours"
_LONGEST_PAYMENT = 24 * 7


def read_delivery(top: TomlTable) -> DeliveryTerms:
    """Return the terms under `delivery`; none where the policy has no such table."""
    if "delivery" not in top.remaining():
        return DeliveryTerms()
    table = top.table("delivery")
    remote = table.whole(_REMOTE, 0, _LONGEST)
    abroad = table.whole(_ABROAD, 1, _LONGEST) if _ABROAD in table.remaining() else None
    payment = table.whole(_PAYMENT, 1, _LONGEST_PAYMENT) if _PAYMENT in table.remaining() else None
    kinds = list(ItemKind)
    pace = {}
    for key in table.remaining():
        if key not in kinds:
            raise table.refuse(key, f"a kind of item ({', '.join(kinds)})", key)
        row = table.table(key)
        pace[ItemKind(key)] = Pace(
            ready_days=row.span("ready_days", _LONGEST),
            transit_business_days=row.span("transit_business_days", _LONGEST),
        )
        row.finish()
    return DeliveryTerms(
        pace=pace, remote_business_days=remote, abroad_days=abroad, payment_hours=payment
    )
