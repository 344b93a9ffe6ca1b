"""Payments that call for a person: not what our books say, overdrawn, or with sums that differ."""

from returns_engine.queries.rows import rows

# Below zero is only what lost something else than our own refunds: few, and found by index.
_COUNT = """
SELECT count(*) AS count FROM payments p JOIN payment_balances b ON b.payment = p.id
WHERE p.id IN (
    SELECT id FROM payments WHERE mismatch IS NOT NULL OR difference <> 0
    UNION SELECT id FROM payments WHERE disputed > 0
    UNION SELECT payment FROM outside_refunds WHERE status NOT IN ('failed', 'canceled'))
  AND (p.mismatch IS NOT NULL OR p.difference <> 0 OR b.balance < 0)
"""


async def count_payments_to_look_at() -> int:
    """Count the payments that no refund should be sent to before somebody has looked at them."""
    count: int = (await rows(_COUNT))[0]["count"]
    return count
