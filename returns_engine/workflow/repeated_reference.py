"""One payment by hand is one refund's, unless whoever records it says that it was for several."""

from returns_engine.rules.money.money import decimal_text
from returns_engine.tables.engine import connection
from returns_engine.workflow.refund_file import RefundFile
from returns_engine.workflow.refusals import refuse_field

REFERENCE_REPEATED = "reference_repeated"
"""The code of the question, which is answered by saying so."""

_ANOTHER = """
SELECT f.amount, f.currency, r.number, o.number AS order_number
FROM refunds f JOIN orders o ON o.id = f."order" LEFT JOIN returns r ON r.id = f.return_id
WHERE f.external_reference IS NOT NULL
  AND lower(btrim(f.external_reference)) = lower(btrim($1)) AND f.id <> $2
ORDER BY f.succeeded_at LIMIT 1
"""


async def refuse_repeated_reference(refund: RefundFile, reference: str) -> None:
    """Ask where a reference stands at another refund already, in capitals or not.

    Raises Unprocessable `reference_repeated`, which names that refund. Nothing is locked for it:
    of two who type the same at once, neither is asked.
    """
    other = await connection().fetchrow(_ANOTHER, reference, refund.id)
    if other is None:
        return
    amount = decimal_text(other["amount"], other["currency"])
    detail = (
        f"This reference stands at the refund of {amount} {other['currency']} for"
        f" {other['number'] or other['order_number']} already. Was one payment made for both?"
    )
    raise refuse_field(REFERENCE_REPEATED, detail, "/external_reference")
