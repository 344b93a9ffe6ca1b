"""Who linked an order to an account, and how they checked."""

from typing import Any

from returns_engine.queries.rows import first_row
from returns_engine.rules.event_body import order_chain

_LINKED = """
SELECT e.at, t.value AS reason,
       (SELECT COALESCE(NULLIF(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username)
        FROM piccolo_user u WHERE u.id::text = e.actor_id AND e.actor_kind = 'staff') AS name
FROM events e LEFT JOIN event_texts t ON t.event = e.id
WHERE e.chain = {} AND e.type = 'order.linked' ORDER BY e.sequence DESC LIMIT 1
"""


async def read_order_link(order_number: str) -> dict[str, Any] | None:
    """Return `at`, `name` and `reason` of the link; None for an order that nobody linked."""
    return await first_row(_LINKED, order_chain(order_number))
