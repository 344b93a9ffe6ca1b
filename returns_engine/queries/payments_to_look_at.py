"""Payments that call for a person: not what our books say, overdrawn, or with sums that differ."""

from collections.abc import Mapping, Sequence
from typing import Any

from returns_engine.queries.rows import rows
from returns_engine.queries.waiting import Waiting

# Below zero is only what lost something else than our own refunds: few, and found by index.
_LOOK = """
SELECT p.payment_id, o.number AS order_number, o.currency, p.mismatch, p.difference,
       b.balance, b.disputed, b.outside, p.checked_at
FROM payments p JOIN orders o ON o.id = p."order" JOIN payment_balances b ON b.payment = p.id
WHERE p.id IN (
    SELECT id FROM payments WHERE mismatch IS NOT NULL OR difference <> 0
    UNION SELECT id FROM payments WHERE disputed > 0
    UNION SELECT payment FROM outside_refunds WHERE status NOT IN ('failed', 'canceled'))
  AND (p.mismatch IS NOT NULL OR p.difference <> 0 OR b.balance < 0)
"""
_COUNT = f"""
SELECT (SELECT count(*) FROM ({_LOOK}) look) AS payments,
       count(*) AS blocked, min(blocked_since) AS oldest_at FROM refunds
WHERE blocked_since IS NOT NULL AND state = 'approved'
"""  # noqa: S608 - our own statement


async def payments_to_look_at(most: int) -> Sequence[Mapping[str, Any]]:
    """Return the payments, at most `most`, the order's number with each; amounts in minor units."""
    return await rows(_LOOK + "ORDER BY p.id DESC LIMIT {}", most)


async def count_payments_to_look_at() -> tuple[int, Waiting]:
    """Count those payments, and the approved refunds that wait for theirs, by one statement."""
    row = (await rows(_COUNT))[0]
    return row["payments"], Waiting(count=row["blocked"], oldest_at=row["oldest_at"])
