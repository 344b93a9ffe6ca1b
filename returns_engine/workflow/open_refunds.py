"""Put a proposal before finance: how much goes back for some units, and to which payments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.money.allocation import allocate
from returns_engine.rules.money.fees import deduct_fees
from returns_engine.rules.money.money import quantum
from returns_engine.rules.money.tenders import Tender, available, split_over
from returns_engine.rules.policy import Policy
from returns_engine.rules.way_back import EXTERNAL
from returns_engine.rules.words import MERCHANT_FAULTS, ReturnKind
from returns_engine.tables.engine import connection
from returns_engine.tables.one_statement import OneStatement
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import ReturnCase
from returns_engine.workflow.valued_units import ValuedUnits

PRO_RATA = "pro_rata"
# A proposal reserves nothing, yet two open proposals must not count on the same money.
_PAYMENTS = """
SELECT p.id, p.payment_id, p.provider, p.captured, p.disputed, b.reserved + b.outside +
       (SELECT COALESCE(sum(r.proposed), 0)::bigint FROM refunds r
        WHERE r.payment = p.id AND r.state = 'proposed') AS planned
FROM payments p JOIN payment_balances b ON b.payment = p.id
WHERE p."order" = $1 ORDER BY p.position
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worth:
    """What the units of a proposal are worth together, and the return's fees to take off."""

    items: int
    tax: int
    shipping: int
    fees: int

    @property
    def total(self) -> int:
        return self.items + self.tax + self.shipping - self.fees


async def open_refunds(
    case: ReturnCase,
    units: Sequence[ValuedUnits],
    *,
    currency: str,
    policy: Policy,
    now: datetime,
    inspector: int | None = None,
) -> None:
    """Propose the refund of `units`, which the caller has counted as proposed; each line once.

    Several payments are used as the policy says. The order must be locked. A proposal of nothing
    makes no refund and no call (R11): its units count as refunded.
    """
    if not units:
        return
    worth = _worth(case, units, currency)
    parts = await _parts(case, currency, worth.total, pro_rata=policy.refund.tenders == PRO_RATA)
    if not parts:
        for one in units:
            one.line.add("refunded", one.quantity)
        return
    common = {
        "currency": currency,
        "proposal": uuid4(),
        "proposed_at": now,
        "inspectors": await _inspectors(case, inspector),
    }
    refunds = [
        _refund(case, {**common, "payment": payment, "proposed": part, **breakdown})
        for (payment, part), breakdown in zip(parts.items(), _breakdowns(worth, parts), strict=True)
    ]
    statement = OneStatement()
    statement.insert("refunds", refunds)
    # A proposal's lines hang on the first of its refunds.
    statement.insert("refund_lines", [_refund_line(refunds[0]["id"], one) for one in units])
    await statement.run()


def _worth(case: ReturnCase, units: Sequence[ValuedUnits], currency: str) -> _Worth:
    worth = _Worth(
        items=sum(one.amount.items for one in units),
        tax=sum(one.amount.tax for one in units),
        shipping=sum(one.amount.shipping for one in units),
        fees=0,
    )
    # Nobody pays a fee for our fault, nor for goods that never left (B-12, B-13).
    charged = [one.amount for one in units if one.line.reason not in MERCHANT_FAULTS]
    if case.kind != ReturnKind.RETURN or not charged:
        return worth
    kept = deduct_fees(
        items=sum(amount.items + amount.tax for amount in charged),
        shipping=0,
        restocking_bps=case.restocking_bps,
        label_fee=0 if set(case.refunds.values()) - {RefundState.CANCELED} else case.label_fee,
        quantum=quantum(currency),
    )
    fees = min(kept.charged, worth.total)
    return _Worth(items=worth.items, tax=worth.tax, shipping=worth.shipping, fees=fees)


async def _parts(case: ReturnCase, currency: str, total: int, *, pro_rata: bool) -> dict[int, int]:
    """Return how much goes to which payment, by row id, in the order's own order."""
    rows: list[asyncpg.Record] = await connection().fetch(_PAYMENTS, case.order)
    smallest = quantum(currency)
    free = split_over(
        total,
        [_tender(row, row["disputed"], smallest) for row in rows],
        pro_rata=pro_rata,
        quantum=smallest,
    )
    # Disputed money may come free again: finance must see all that is owed meanwhile, and approves
    # what can go back now.
    disputed = split_over(
        free.unallocated, [_tender(row, free.parts[row["payment_id"]], smallest) for row in rows]
    )
    if disputed.unallocated:
        _note_short(case, disputed.unallocated, currency)
    parts = {
        row["id"]: free.parts[row["payment_id"]] + disputed.parts[row["payment_id"]] for row in rows
    }
    placed = {payment: part for payment, part in parts.items() if part > 0}
    if total and rows and not placed:
        return {rows[0]["id"]: total}
    return placed


def _note_short(case: ReturnCase, amount: int, currency: str) -> None:
    # What is finer than the steps in which the provider moves money goes nowhere either (R12).
    reason = "finer_than_step" if amount < quantum(currency) else "exceeds_refundable"
    short = {"amount": amount, "currency": currency}
    case.record(NewEvent(type="refund.not_covered", reason=reason, data=short))


def _tender(row: asyncpg.Record, taken: int, smallest: int) -> Tender:
    return Tender(
        payment_id=row["payment_id"],
        available=available(row["captured"], row["planned"], taken),
        step=1 if row["provider"] == EXTERNAL else smallest,
    )


async def _inspectors(case: ReturnCase, inspector: int | None) -> list[int]:
    if not case.goods_expected:
        return []
    rows = await connection().fetch(
        "SELECT DISTINCT inspected_by FROM inspections"
        " WHERE return_id = $1 AND inspected_by IS NOT NULL"
        " UNION SELECT second_by FROM opinions WHERE return_id = $1 AND second_by IS NOT NULL",
        case.id,
    )
    persons = {row["inspected_by"] for row in rows}
    return sorted(persons if inspector is None else persons | {inspector})


def _refund(case: ReturnCase, values: dict[str, Any]) -> dict[str, Any]:
    refund_id = uuid4()
    _note(case, refund_id, values["proposed"], values["currency"])
    return {
        "id": refund_id,
        "order": case.order,
        "return_id": case.id,
        "idempotency_key": f"refund:{refund_id}:1",
        **values,
    }


def _refund_line(refund_id: UUID, units: ValuedUnits) -> dict[str, Any]:
    return {
        "refund": refund_id,
        "return_line": units.line.id,
        "quantity": units.quantity,
        "items": units.amount.items,
        "tax": units.amount.tax,
        "shipping": units.amount.shipping,
    }


def _note(case: ReturnCase, refund_id: UUID, part: int, currency: str) -> None:
    case.refunds[refund_id] = RefundState.PROPOSED
    data = {
        "refund_id": str(refund_id),
        "amount": part,
        "currency": currency,
        "clause": "refund.original_payment",
    }
    case.record(NewEvent(type="refund.proposed", to_state=str(RefundState.PROPOSED), data=data))


def _breakdowns(worth: _Worth, parts: Mapping[int, int]) -> list[dict[str, int]]:
    """Split items, tax, shipping and fees over the payments, so that each sums to its part."""
    left = [worth.items, worth.tax, worth.shipping]
    fees = allocate(worth.fees, list(parts.values()))
    breakdowns = []
    for part, fee in zip(parts.values(), fees, strict=True):
        share = allocate(min(part + fee, sum(left)), left)
        left = [have - given for have, given in zip(left, share, strict=True)]
        items, tax, shipping = share
        breakdowns.append({"items": items, "tax": tax, "shipping": shipping, "fees": fee})
    return breakdowns
