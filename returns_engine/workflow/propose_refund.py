"""Work out what follows an inspection: how much goes back, and to which payments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from returns_engine.rules.facts import History, OrderFacts
from returns_engine.rules.lifecycle.refund_states import RESERVING, RefundState
from returns_engine.rules.money.allocation import allocate
from returns_engine.rules.money.refund_amount import RefundAmount, ReturnedUnits, refund_amount
from returns_engine.rules.money.tenders import Tender, available, split_over
from returns_engine.rules.words import MERCHANT_FAULTS, Resolution, ReturnKind
from returns_engine.tables.engine import connection
from returns_engine.tables.refunds import Refund, RefundLine
from returns_engine.workflow.case_line import CaseLine
from returns_engine.workflow.order_file import OrderFile, load_order_by_id
from returns_engine.workflow.plan_replacement import plan_replacements
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import ReturnCase

# A proposal reserves nothing, yet two open proposals must not count on the same money.
_PLANNED = [str(state) for state in (*RESERVING, RefundState.PROPOSED)]

_PAYMENTS = """
SELECT p.id, p.payment_id, p.captured, p.disputed,
       COALESCE(sum(COALESCE(r.amount, r.proposed)) FILTER (WHERE r.state = ANY($2)), 0)::bigint
           AS planned
FROM payments p LEFT JOIN refunds r ON r.payment = p.id
WHERE p."order" = $1 GROUP BY p.id ORDER BY p.position
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What newly accepted units are worth, with the return's fees taken off."""

    amount: RefundAmount
    fees: int

    @property
    def total(self) -> int:
        """Return what goes back, in minor units."""
        return self.amount.total - self.fees


async def propose_refund(
    case: ReturnCase,
    *,
    now: datetime,
    inspector: int | None = None,
    order: OrderFile | None = None,
) -> None:
    """Propose refunds, or plan replacements, once every unit received has a verdict.

    The order's row is locked (`order`, where the caller holds it already), so that several returns
    of one order are worked out one by one. A proposal of nothing makes no refund and no call (R11):
    its units count as refunded.
    """
    if any(line.without_verdict for line in case.lines):
        return
    await plan_replacements([line for line in _to_settle(case) if _again(line)], case, now=now)
    entries = [line for line in _to_settle(case) if not _again(line)]
    if not entries:
        return
    order = order or await load_order_by_id(case.order)
    worth = _worth(case, order.facts, entries, order.settled)
    for line in entries:
        line.add("proposed", line.to_settle)
    parts = await _parts(case, order.facts.currency, worth.total)
    if parts:
        inspectors = await _inspectors(case, inspector)
        await _open_refunds(case, order.facts.currency, entries, worth, parts, inspectors, now)
    else:
        for line in entries:
            line.put("refunded", line.proposed)


def _to_settle(case: ReturnCase) -> list[CaseLine]:
    return [line for line in case.lines if line.to_settle > 0]


def _again(line: CaseLine) -> bool:
    return line.resolution == Resolution.REPLACEMENT


def _worth(
    case: ReturnCase, order: OrderFacts, entries: Sequence[CaseLine], before: History
) -> Worth:
    units = [
        ReturnedUnits(line_id=line.line_id, quantity=line.to_settle, shipping=line.shipping_back)
        for line in entries
    ]
    amount = refund_amount(order, units, before)
    # Nobody pays a fee for our fault, nor for goods that never left (B-12, B-13).
    charged = [
        replace(entry, shipping=False)
        for line, entry in zip(entries, units, strict=True)
        if line.reason not in MERCHANT_FAULTS
    ]
    if case.kind != ReturnKind.RETURN or not charged:
        return Worth(amount=amount, fees=0)
    kept = refund_amount(
        order,
        charged,
        before,
        restocking_bps=case.restocking_bps,
        label_fee=0 if case.refunds else case.label_fee,
    )
    return Worth(amount=amount, fees=min(kept.fees, amount.total))


async def _parts(case: ReturnCase, currency: str, total: int) -> dict[int, int]:
    """Return how much goes to which payment, by row id, in the order's own order."""
    rows: list[asyncpg.Record] = await connection().fetch(_PAYMENTS, case.order, _PLANNED)
    free = split_over(total, [_tender(row, row["disputed"]) for row in rows])
    # Disputed money may come free again: finance must see all that is owed meanwhile, and approves
    # what can go back now.
    disputed = split_over(
        free.unallocated, [_tender(row, free.parts[row["payment_id"]]) for row in rows]
    )
    if disputed.unallocated:
        short = {"amount": disputed.unallocated, "currency": currency}
        case.record(NewEvent(type="refund.not_covered", reason="exceeds_refundable", data=short))
    parts = {
        row["id"]: free.parts[row["payment_id"]] + disputed.parts[row["payment_id"]] for row in rows
    }
    placed = {payment: part for payment, part in parts.items() if part > 0}
    if total and rows and not placed:
        return {rows[0]["id"]: total}
    return placed


def _tender(row: asyncpg.Record, taken: int) -> Tender:
    room = available(row["captured"], row["planned"], taken)
    return Tender(payment_id=row["payment_id"], available=room)


async def _inspectors(case: ReturnCase, inspector: int | None) -> list[int]:
    if not case.goods_expected:
        return []
    rows = await connection().fetch(
        "SELECT DISTINCT inspected_by FROM inspections"
        " WHERE return_id = $1 AND inspected_by IS NOT NULL",
        case.id,
    )
    persons = {row["inspected_by"] for row in rows}
    return sorted(persons if inspector is None else persons | {inspector})


async def _open_refunds(  # noqa: PLR0917 - one private step
    case: ReturnCase,
    currency: str,
    entries: Sequence[CaseLine],
    worth: Worth,
    parts: Mapping[int, int],
    inspectors: list[int],
    now: datetime,
) -> None:
    proposal = uuid4()
    common = {
        "currency": currency,
        "proposal": proposal,
        "proposed_at": now,
        "inspectors": inspectors,
    }
    refunds = [
        _refund(case, {**common, "payment": payment, "proposed": part, **breakdown})
        for (payment, part), breakdown in zip(parts.items(), _breakdowns(worth, parts), strict=True)
    ]
    await Refund.insert(*refunds)
    await RefundLine.insert(
        *[
            RefundLine(
                refund=refunds[0].id,
                return_line=line.id,
                quantity=amount.quantity,
                items=amount.items,
                tax=amount.tax,
                shipping=amount.shipping,
            )
            for line, amount in zip(entries, worth.amount.lines, strict=True)
        ]
    )


def _refund(case: ReturnCase, values: dict[str, Any]) -> Refund:
    refund_id = uuid4()
    _note(case, refund_id, values["proposed"], values["currency"])
    return Refund(
        id=refund_id,
        order=case.order,
        return_=case.id,
        idempotency_key=f"refund:{refund_id}:1",
        **values,
    )


def _note(case: ReturnCase, refund_id: UUID, part: int, currency: str) -> None:
    case.refunds[refund_id] = RefundState.PROPOSED
    data = {
        "refund_id": str(refund_id),
        "amount": part,
        "currency": currency,
        "clause": "refund.original_payment",
    }
    case.record(NewEvent(type="refund.proposed", to_state=str(RefundState.PROPOSED), data=data))


def _breakdowns(worth: Worth, parts: Mapping[int, int]) -> list[dict[str, int]]:
    """Split items, tax, shipping and fees over the payments, so that each sums to its part."""
    left = [worth.amount.items, worth.amount.tax, worth.amount.shipping]
    fees = allocate(worth.fees, list(parts.values()))
    breakdowns = []
    for part, fee in zip(parts.values(), fees, strict=True):
        share = allocate(min(part + fee, sum(left)), left)
        left = [have - given for have, given in zip(left, share, strict=True)]
        items, tax, shipping = share
        breakdowns.append({"items": items, "tax": tax, "shipping": shipping, "fees": fee})
    return breakdowns
