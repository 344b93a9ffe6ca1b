"""Refunds by the numbers that finance is asked by: the provider's, a credit note's, a reference."""

from typing import Any

from returns_engine.queries.rows import rows

# Each branch has an index of its own.
_REFUNDS = """
SELECT r.id::text, r.state, COALESCE(r.amount, r.proposed) AS amount, r.currency,
       n.number AS return_number, o.number AS order_number, r.provider_refund_id, r.proposed_at
FROM (SELECT id FROM refunds WHERE provider_refund_id = {}
      UNION SELECT id FROM refunds
            WHERE lower(external_reference) = lower({}) AND external_reference IS NOT NULL
      UNION SELECT refund FROM credit_notes WHERE number = upper({})) AS found
JOIN refunds r ON r.id = found.id JOIN orders o ON o.id = r."order"
LEFT JOIN returns n ON n.id = r.return_id
ORDER BY r.proposed_at DESC LIMIT {}
"""


async def refunds_called(text: str, *, most: int) -> list[dict[str, Any]]:
    """Return the refunds that somebody knows by `text`, the newest first, by one statement."""
    return await rows(_REFUNDS, text, text, text, most)
