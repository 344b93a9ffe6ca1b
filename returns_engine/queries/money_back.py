"""How much of an order's money goes back, or went: by refunds of ours, and by others."""

from dataclasses import dataclass

from returns_engine.queries.rows import rows

# What was refused, called off or failed at the provider's side gives nobody anything.
_GIVEN = """
SELECT COALESCE(sum(amount), 0)::bigint AS amount, COALESCE(bool_and(is_there), false) AS is_there
FROM (
    SELECT COALESCE(f.amount, f.proposed) AS amount, f.state = 'succeeded' AS is_there
    FROM refunds f JOIN orders o ON o.id = f."order"
    WHERE o.number = {} AND f.state NOT IN ('refused', 'canceled')
    UNION ALL
    SELECT f.amount, f.status = 'succeeded'
    FROM outside_refunds f JOIN payments p ON p.id = f.payment JOIN orders o ON o.id = p."order"
    WHERE o.number = {} AND f.status NOT IN ('failed', 'canceled')) AS given
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyBack:
    """An amount in minor units; `is_there` tells that all of it went back."""

    amount: int
    is_there: bool


async def money_back(number: str) -> MoneyBack:
    """Return how much of an order's money goes back, by one statement."""
    row = (await rows(_GIVEN, number, number))[0]
    return MoneyBack(amount=row["amount"], is_there=row["is_there"])
