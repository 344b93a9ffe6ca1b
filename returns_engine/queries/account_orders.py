"""The orders that were bought with an account, by the e-mail address that they have on file."""

from typing import Any

from returns_engine.queries.moments import utc_text
from returns_engine.queries.rows import first_row, rows

MOST = 100
_ORDERS = """
SELECT o.id, o.number, o.status, o.placed_at,
       (SELECT string_agg(l.quantity || ' × ' || l.title, ', ' ORDER BY l.position, l.id)
        FROM order_lines l WHERE l."order" = o.id) AS items
FROM order_contacts c JOIN orders o ON o.id = c."order"
WHERE c.email = {} AND c.account_id IS NOT NULL
ORDER BY o.placed_at DESC, o.id DESC LIMIT {}
"""
_EMAIL = 'SELECT email FROM order_contacts WHERE "order" = {} AND account_id IS NOT NULL'


async def read_account_orders(email: str, *, most: int = MOST) -> list[dict[str, Any]]:
    """Return the account orders of a normalized address, newest first, by one statement.

    Orders bought as a guest are not among them: only their own number and contact open those.
    """
    return [
        {
            "id": row["id"],
            "number": row["number"],
            "status": row["status"],
            "placed_at": utc_text(row["placed_at"]),
            "items": row["items"] or "",
        }
        for row in await rows(_ORDERS, email, most)
    ]


async def email_of_account_order(order_id: int) -> str | None:
    """Return the address on file of an order that was bought with an account; else None."""
    row = await first_row(_EMAIL, order_id)
    return None if row is None else row["email"]
