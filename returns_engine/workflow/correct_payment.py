"""What an import may correct of a payment: only what the provider has told to be wrong.

What was captured is never lowered (contract). A row that says more than the provider ever captured
is another thing: no refund of it goes out, and without a correction none ever would.
"""

from collections.abc import Mapping
from typing import Any

from returns_engine.rules.money.payment_check import Mismatch
from returns_engine.tables.engine import connection
from returns_engine.workflow.check_payment import say_if_overdrawn
from returns_engine.workflow.payment_balance import payment_balance

_EVER_SENT = """
SELECT FROM refunds r WHERE r.payment = $1
AND (r.first_sent_at IS NOT NULL OR r.provider_refund_id IS NOT NULL)
UNION ALL SELECT FROM outside_refunds o WHERE o.payment = $1 LIMIT 1
"""


def corrects_captured(held: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """Say whether `given` brings the amount down to exactly what the provider captured."""
    too_much = held["mismatch"] == Mismatch.AMOUNT
    return too_much and bool(given["captured"] == held["told_captured"])


def corrects_currency(held: Mapping[str, Any], currency: str) -> bool:
    """Say whether `currency` is what the provider captured in, where the order named another."""
    another = held["mismatch"] == Mismatch.CURRENCY
    return another and bool(held["told_currency"] == currency)


async def corrects_reference(held: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """Say whether `given` names another payment for one that the provider does not know.

    Only at the same provider, and where nothing was ever sent to the old name; must run inside a
    transaction.
    """
    unknown = held["mismatch"] == Mismatch.UNKNOWN_AT_PROVIDER
    if not unknown or given["provider"] != held["provider"]:
        return False
    return await connection().fetchrow(_EVER_SENT, held["id"]) is None


async def say_what_it_leaves(order: str, held: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Call for a person where a lowered amount is less than what our refunds hold of it."""
    left = (await payment_balance(held["id"])).balance
    before = left + held["captured"] - given["captured"]
    say_if_overdrawn(order, held["payment_id"], before=before, after=left)
