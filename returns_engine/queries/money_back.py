"""How much of orders' money goes back, or went: by refunds of ours, and by others."""

from collections.abc import Sequence
from dataclasses import dataclass

from returns_engine.queries.rows import rows

# What was refused, called off or failed at the provider's side gives nobody anything.
_GIVEN = """
SELECT number, sum(amount)::bigint AS amount, bool_and(is_there) AS is_there
FROM (
    SELECT o.number, COALESCE(f.amount, f.proposed) AS amount, f.state = 'succeeded' AS is_there
    FROM refunds f JOIN orders o ON o.id = f."order"
    WHERE o.number = ANY({}::text[]) AND f.state NOT IN ('refused', 'canceled')
    UNION ALL
    SELECT o.number, f.amount, f.status = 'succeeded'
    FROM outside_refunds f JOIN payments p ON p.id = f.payment JOIN orders o ON o.id = p."order"
    WHERE o.number = ANY({}::text[]) AND f.status NOT IN ('failed', 'canceled')) AS given
GROUP BY number
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyBack:
    """An amount in minor units; `is_there` tells that all of it went back."""

    amount: int
    is_there: bool


NOTHING_BACK = MoneyBack(amount=0, is_there=False)


async def money_back(numbers: Sequence[str]) -> dict[str, MoneyBack]:
    """Return how much of orders' money goes back, by their numbers, by one statement.

    An order of which none does is missing.
    """
    if not numbers:
        return {}
    return {
        row["number"]: MoneyBack(amount=row["amount"], is_there=row["is_there"])
        for row in await rows(_GIVEN, list(numbers), list(numbers))
    }
