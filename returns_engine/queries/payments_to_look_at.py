"""Payments that call for a person: not what our books say, overdrawn, or with sums that differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from returns_engine.queries.rows import rows

# Below zero is only what a dispute or a refund made elsewhere took from, or what the database
# marked (strained_payments.sql): few, and found by index.
_FROM = """
FROM payments p JOIN orders o ON o.id = p."order" JOIN payment_balances b ON b.payment = p.id
WHERE p.id IN (
    SELECT id FROM payments WHERE mismatch IS NOT NULL OR difference <> 0
    UNION SELECT id FROM payments WHERE disputed > 0
    UNION SELECT id FROM payments WHERE strained
    UNION SELECT payment FROM outside_refunds WHERE status NOT IN ('failed', 'canceled'))
  AND (p.mismatch IS NOT NULL OR p.difference <> 0 OR b.balance < 0)
"""
_COUNT = f"SELECT count(*) AS count {_FROM}"
_LIST = f"""
SELECT p.id AS place, p.payment_id, p.mismatch, p.difference, b.balance, b.disputed, b.outside,
       EXISTS (SELECT FROM outside_refunds s WHERE s.payment = p.id AND s.cause = 'paid_again'
               AND s.status NOT IN ('failed', 'canceled')) AS paid_again,
       o.number AS order_number, o.currency
{_FROM} AND p.id > {{}} ORDER BY p.id LIMIT {{}}
"""  # noqa: S608 - a piece of our own


class TookTooMuch(StrEnum):
    """What took a payment below zero; what is worst to pay again on top of comes first."""

    DISPUTE = "dispute"
    PAID_AGAIN = "paid_again"
    OUTSIDE = "outside"
    OURS = "ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentToLookAt:
    """One payment, in minor units of its currency; `took` where its balance is below zero.

    `place` is where it stands in the list of them all.
    """

    place: int
    order_number: str
    payment_id: str
    currency: str
    mismatch: str | None
    difference: int
    balance: int
    took: TookTooMuch | None


async def count_payments_to_look_at() -> int:
    """Count the payments that no refund should be sent to before somebody has looked at them."""
    count: int = (await rows(_COUNT))[0]["count"]
    return count


async def list_payments_to_look_at(*, limit: int, after: int = 0) -> Sequence[PaymentToLookAt]:
    """Return those payments, the oldest first; `after` is the place of the last one before."""
    return [_payment(row) for row in await rows(_LIST, after, limit)]


def _payment(row: dict[str, Any]) -> PaymentToLookAt:
    taken_by = {
        TookTooMuch.DISPUTE: row.pop("disputed") > 0,
        TookTooMuch.PAID_AGAIN: row.pop("paid_again"),
        TookTooMuch.OUTSIDE: row.pop("outside") > 0,
        TookTooMuch.OURS: True,
    }
    worst = next(one for one, took in taken_by.items() if took)
    return PaymentToLookAt(**row, took=worst if row["balance"] < 0 else None)
