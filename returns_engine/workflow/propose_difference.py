"""An appeal against an amount was right: what was kept back is proposed, to another person."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from returns_engine.queries.rows import loaded
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.money.allocation import allocate
from returns_engine.rules.money.tenders import available
from returns_engine.tables.engine import connection
from returns_engine.tables.refunds import Refund
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import ReturnCase

_LOCK = "SELECT FROM orders WHERE id = $1 FOR NO KEY UPDATE"

# A proposal reserves nothing, yet two open proposals must not count on the same money.
# `nothing_given`: all refunds of the proposal were refused or called off, so its units are not
# refunded yet. Of what was called off, who approved it said yes.
_LOWERED = """
SELECT f.payment, f.proposal, f.currency, f.items, f.tax, f.shipping, f.inspectors, p.captured,
       f.proposed - CASE WHEN f.state = 'canceled' THEN 0 ELSE COALESCE(f.amount, 0) END AS kept,
       CASE WHEN f.state = 'canceled' AND f.amount = f.proposed THEN NULL ELSE f.decided_by
       END AS lowered_by, f.called_off_by,
       b.reserved + b.outside +
           (SELECT COALESCE(sum(o.proposed), 0)::bigint FROM refunds o
            WHERE o.payment = f.payment AND o.state = 'proposed') AS planned,
       (SELECT bool_and(o.state IN ('refused', 'canceled')) FROM refunds o
        WHERE o.proposal = f.proposal) AS nothing_given
FROM refunds f JOIN payments p ON p.id = f.payment JOIN payment_balances b ON b.payment = p.id
WHERE f.return_id = $1 AND (f.amount < f.proposed OR f.state = 'refused'
                            OR f.state = 'canceled' AND f.amount IS NOT NULL)
ORDER BY f.proposed_at, p.position
"""


async def propose_difference(case: ReturnCase, *, now: datetime) -> bool:
    """Propose what lowered, refused and called off refunds kept back; return whether there was any.

    Each goes to the payment of its refund, never above what that has left, and may not be decided
    by whoever decided the lower amount, or called it off. The units count already as refunded, so
    the new refund has no lines; only where nothing of a whole proposal was given it joins that,
    whose units wait for it.
    """
    await connection().execute(_LOCK, case.order)
    taken: Counter[int] = Counter()
    refunds = []
    for row in await connection().fetch(_LOWERED, case.id):
        # Disputed money may come free again: finance sees what is owed, and its maximum.
        room = available(row["captured"], row["planned"], taken[row["payment"]])
        amount = min(row["kept"], room)
        if amount < row["kept"]:
            _note_short(case, row["kept"] - amount, row["currency"])
        if amount > 0:
            taken[row["payment"]] += amount
            refunds.append(_refund(case, row, amount, now))
    if refunds:
        await Refund.insert(*refunds)
    return bool(refunds)


def _refund(case: ReturnCase, lowered: Mapping[str, Any], amount: int, now: datetime) -> Refund:
    refund_id = uuid4()
    parts = [lowered["items"], lowered["tax"], lowered["shipping"]]
    items, tax, shipping = allocate(amount, parts)
    # A refused refund has the decider of the refusal, a lowered one that of its amount.
    said_no = {lowered["lowered_by"], lowered["called_off_by"]}
    others = {*loaded(lowered["inspectors"]), *said_no} - {None}
    case.refunds[refund_id] = RefundState.PROPOSED
    data = {
        "refund_id": str(refund_id),
        "amount": amount,
        "currency": lowered["currency"],
        "clause": "refund.original_payment",
    }
    case.record(
        NewEvent(
            type="refund.proposed",
            to_state=str(RefundState.PROPOSED),
            reason="appeal_upheld",
            data=data,
        )
    )
    return Refund(
        id=refund_id,
        order=case.order,
        return_=case.id,
        payment=lowered["payment"],
        proposal=lowered["proposal"] if lowered["nothing_given"] else uuid4(),
        proposed=amount,
        currency=lowered["currency"],
        items=items,
        tax=tax,
        shipping=shipping,
        inspectors=sorted(others),
        proposed_at=now,
        idempotency_key=f"refund:{refund_id}:1",
    )


def _note_short(case: ReturnCase, amount: int, currency: str) -> None:
    data = {"amount": amount, "currency": currency}
    case.record(NewEvent(type="refund.not_covered", reason="exceeds_refundable", data=data))
