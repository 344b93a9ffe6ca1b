"""Orders that were canceled with money taken for them, and nobody gives it back (10)."""

from datetime import datetime, timedelta

from returns_engine.queries.rows import first_row

LOOKED_AT = "order.canceled_looked_at"
"""The event that says somebody looked, and why nothing more is to be done."""
SETTLES = timedelta(hours=1)
"""So long a shop may take to cancel an order and to give its money back."""

# What a refund or a case is open about is on its way to be settled.
_UNSETTLED = f"""
SELECT o.id AS order_id, o.number, o.imported_at AS since, money.missing
FROM orders o CROSS JOIN LATERAL (
    SELECT COALESCE(sum(GREATEST(b.balance, 0)), 0)::bigint AS missing
    FROM payments p JOIN payment_balances b ON b.payment = p.id WHERE p."order" = o.id) AS money
WHERE o.status = 'canceled' AND o.erased_at IS NULL AND money.missing > 0
  AND NOT EXISTS (SELECT FROM refunds f WHERE f."order" = o.id
                  AND f.state NOT IN ('succeeded', 'refused', 'canceled'))
  AND NOT EXISTS (SELECT FROM returns r WHERE r."order" = o.id
                  AND r.state NOT IN ('closed', 'withdrawn', 'declined', 'expired'))
  AND NOT EXISTS (SELECT FROM events e WHERE e.chain = 'order:' || o.number
                  AND e.type = '{LOOKED_AT}' AND e.at >= o.imported_at)
"""  # noqa: S608 - a word of our own
CANCELED_UNSETTLED = _UNSETTLED + "  AND o.placed_at >= {} AND o.imported_at <= {}\n"
"""The statement of those that stand in the inbox; its values are those of `canceled_values`."""
_MISSING = f"SELECT missing FROM ({_UNSETTLED} AND o.number = {{}}) AS unsettled"  # noqa: S608 - a piece of our own


def canceled_values(now: datetime, since: datetime) -> list[object]:
    """Return the values of `CANCELED_UNSETTLED`: none that was placed before `since` is looked for.

    When it was canceled nobody tells us: it is as long ago as the last change of the order.
    """
    return [since, now - SETTLES]


async def missing_of_canceled(number: str) -> int:
    """Return how much of a canceled order's money nobody gives back, in minor units; else 0."""
    row = await first_row(_MISSING, number)
    return 0 if row is None else int(row["missing"])
