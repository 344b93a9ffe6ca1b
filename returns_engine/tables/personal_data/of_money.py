"""What the tables of refunds hold about a person."""

from returns_engine.tables.personal_data.holding import (
    BY_ORDER,
    BY_RETURN,
    CODE,
    EMPTIED,
    ID,
    LINES,
    MONEY,
    RETURNS,
    Holding,
)

SERIES = "a place in the series"

MONEY_BACK: tuple[Holding, ...] = (
    Holding(
        table="refunds",
        of_order=BY_ORDER,
        why="money that went back, for the books",
        erased={"note": EMPTIED, "first_note": EMPTIED, "hold_reason": EMPTIED},
        kept={
            "idempotency_key": ID,
            "parameters": "ids and the amount",
            "provider_refund_id": MONEY,
            "last_error": CODE,
            "inspectors": "ids of the staff",
            "clause": "a clause",
            "first_clause": "a clause",
            "external_reference": MONEY,
            "trace_number": MONEY,
        },
    ),
    Holding(
        table="credit_notes",
        of_order='t.refund IN (SELECT f.id FROM refunds f WHERE f."order" = $1)',
        why="what went back, numbered without gaps; append only",
        kept={"number": SERIES},
    ),
    Holding(
        table="certificates",
        of_order=BY_RETURN,
        why="that a certificate is genuine; its page shows amounts, dates and numbers",
        kept={"code": "random characters"},
        unshown=frozenset({"code"}),
    ),
    Holding(
        table="certificate_documents",
        of_order=(
            f"t.certificate IN (SELECT c.id FROM certificates c WHERE c.return_id IN ({RETURNS}))"  # noqa: S608 - pieces of our own
        ),
        why="the certificate to download again; a name",
        goes=True,
        unshown=frozenset({"pdf"}),
    ),
    Holding(
        table="refund_lines",
        of_order=f"t.return_line IN ({LINES})",
        why="what the money was for",
    ),
    Holding(
        table="refund_attempts",
        of_order='t.refund IN (SELECT f.id FROM refunds f WHERE f."order" = $1)',
        why="every call to the bank; append only",
        kept={
            "idempotency_key": ID,
            "parameters": "ids and the amount",
            "detail": "the bank's word on a payment",
        },
    ),
    Holding(
        table="ledger_entries",
        of_order=BY_ORDER,
        why="the books, which the law has us keep; append only",
        kept={"subject": ID, "reference": MONEY},
    ),
    Holding(
        table="outside_refunds",
        of_order='t.payment IN (SELECT p.id FROM payments p WHERE p."order" = $1)',
        why="money that went back by the provider's dashboard; its rows stay",
        kept={"provider_refund_id": MONEY},
    ),
    Holding(
        table="reconciliation_lines",
        of_order=BY_ORDER,
        why="what did not agree with the bank's account",
        kept={"provider_refund_id": MONEY, "payment_reference": MONEY},
    ),
    Holding(
        table="compensations",
        of_order=BY_ORDER,
        why="what we gave on top, for the books",
        # A coupon's code, or the parcel a gift went in.
        erased={"reference": "CASE WHEN t.reference IS NOT NULL THEN 'erased' END"},
        kept={"what": CODE, "clause": "a clause", "inspectors": "ids of the staff"},
    ),
)
