"""The order that a customer means, by its number however it is typed."""

import asyncpg

from returns_engine.rules.order_number import spellings
from returns_engine.tables.engine import connection

_ORDER = """
SELECT o.id, o.number, o.country, c.email, c.phone
FROM orders o JOIN order_contacts c ON c."order" = o.id
WHERE lower(o.number) = ANY($2)
ORDER BY (o.number = $1) DESC, array_position($2, lower(o.number)), o.id LIMIT 1
"""


async def looked_up_order(number: str) -> asyncpg.Record | None:
    """Return the order with its contacts, or None; must run inside a transaction.

    One that was written in exactly these letters comes first.
    """
    return await connection().fetchrow(_ORDER, number.strip(), spellings(number))
