"""Payments that call for a person: not what our books say, overdrawn, or with sums that differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from returns_engine.queries.rows import rows

LOOKED_AT = "payment.looked_at"
"""The event that says somebody has seen to it; its data says how the payment stood then."""

# What somebody has seen to comes back as soon as it stands otherwise than it did then.
_SEEN = f"""
FROM events e LEFT JOIN event_texts t ON t.event = e.id
LEFT JOIN piccolo_user u ON e.actor_kind = 'staff' AND u.id::text = e.actor_id
WHERE e.chain = 'order:' || o.number AND e.type = '{LOOKED_AT}'
  AND e.data->>'payment_id' = p.payment_id
  AND (e.data->>'balance')::bigint = b.balance
  AND (e.data->>'difference')::bigint = p.difference
  AND (e.data->>'disputed')::bigint = p.disputed
  AND (e.data->>'disputed_lost')::bigint = p.disputed_lost
  AND e.data->>'mismatch' IS NOT DISTINCT FROM p.mismatch
"""
# Below zero is only what a dispute or a refund made elsewhere took from, or what the database
# marked (strained_payments.sql): few, and found by index.
_TABLES = """
FROM payments p JOIN orders o ON o.id = p."order" JOIN payment_balances b ON b.payment = p.id
"""
_CALLING = """
WHERE p.id IN (
    SELECT id FROM payments WHERE mismatch IS NOT NULL OR difference <> 0
    UNION SELECT id FROM payments WHERE disputed > 0
    UNION SELECT id FROM payments WHERE strained
    UNION SELECT payment FROM outside_refunds WHERE status NOT IN ('failed', 'canceled'))
  AND (p.mismatch IS NOT NULL OR p.difference <> 0 OR b.balance < 0)
"""
_FROM = f"{_TABLES} {_CALLING} AND NOT EXISTS (SELECT {_SEEN})"
_COUNT = f"SELECT count(*) AS count {_FROM}"
_LIST = f"""
SELECT p.id AS place, p.payment_id, p.mismatch, p.difference, b.balance, p.disputed,
       p.disputed_lost, b.outside,
       EXISTS (SELECT FROM outside_refunds s WHERE s.payment = p.id AND s.cause = 'paid_again'
               AND s.status NOT IN ('failed', 'canceled')) AS paid_again,
       o.number AS order_number, o.currency
{_FROM} AND p.id > {{}} ORDER BY p.id LIMIT {{}}
"""  # noqa: S608 - a piece of our own
_SEEN_TO = f"""
SELECT o.number AS order_number, p.payment_id, look.at, look.note, look.who
{_TABLES} CROSS JOIN LATERAL (
    SELECT e.at, t.value AS note,
           COALESCE(NULLIF(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username) AS who
    {_SEEN} ORDER BY e.sequence DESC LIMIT 1) look
{_CALLING} ORDER BY look.at DESC LIMIT {{}}
"""


class TookTooMuch(StrEnum):
    """What took a payment below zero; what is worst to pay again on top of comes first."""

    DISPUTE = "dispute"
    DISPUTE_LOST = "dispute_lost"
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
    disputed: int
    disputed_lost: int
    took: TookTooMuch | None


async def count_payments_to_look_at() -> int:
    """Count the payments that no refund should be sent to before somebody has looked at them."""
    count: int = (await rows(_COUNT))[0]["count"]
    return count


async def list_payments_to_look_at(*, limit: int, after: int = 0) -> Sequence[PaymentToLookAt]:
    """Return those payments, the oldest first; `after` is the place of the last one before."""
    return [_payment(row) for row in await rows(_LIST, after, limit)]


async def list_seen_payments(*, limit: int) -> Sequence[dict[str, Any]]:
    """Return who saw to payments that stand as they did then, with the notes; newest first."""
    return await rows(_SEEN_TO, limit)


def _payment(row: dict[str, Any]) -> PaymentToLookAt:
    taken_by = {
        TookTooMuch.DISPUTE: row["disputed"] > row["disputed_lost"],
        TookTooMuch.DISPUTE_LOST: row["disputed"] > 0,
        TookTooMuch.PAID_AGAIN: row.pop("paid_again"),
        TookTooMuch.OUTSIDE: row.pop("outside") > 0,
        TookTooMuch.OURS: True,
    }
    worst = next(one for one, took in taken_by.items() if took)
    return PaymentToLookAt(**row, took=worst if row["balance"] < 0 else None)
