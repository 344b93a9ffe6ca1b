"""Post to the books what moved, in the transaction that moved it.

Each function brings a subject's books to where it stands now: what is posted is the difference to
what was posted before. So the same twice posts once, and nobody has to remember the last state.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from returns_engine.queries.books_check import booked_refund
from returns_engine.rules.ledger.accounts import Account
from returns_engine.rules.ledger.movement import Entry, movement
from returns_engine.rules.ledger.standing import (
    Standing,
    compensation_standing,
    dispute_standing,
    outside_standing,
    refund_standing,
)
from returns_engine.rules.lifecycle.compensation_states import CompensationState
from returns_engine.rules.lifecycle.refund_states import RESERVING
from returns_engine.rules.words import CompensationKind
from returns_engine.tables.engine import connection
from returns_engine.tables.one_statement import OneStatement

_POSTED = """
SELECT account, sum(debit - credit)::bigint AS balance, max(max(movement)) OVER () AS movements
FROM ledger_entries WHERE subject = $1 GROUP BY account
"""

_PAYMENT = """
SELECT p.disputed, p.reference, p."order", COALESCE(p.told_currency, o.currency) AS currency
FROM payments p JOIN orders o ON o.id = p."order" WHERE p.id = $1
"""
_OUTSIDE = """
SELECT s.amount, s.currency, s.status, s.payment, p."order",
       s.status IN ('pending', 'requires_action', 'succeeded') AND NOT EXISTS (
           SELECT FROM refunds r WHERE r.provider_refund_id = s.provider_refund_id
           AND r.state = ANY($2)) AS taken
FROM outside_refunds s JOIN payments p ON p.id = s.payment WHERE s.provider_refund_id = $1
"""
_RESERVING = [str(state) for state in RESERVING]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What moves, and what its lines refer to; `order` and `payment` are row ids."""

    name: str
    currency: str
    order: int
    payment: int | None = None
    refund: UUID | None = None
    return_number: str | None = None
    reference: str | None = None


async def post_refund(row: Mapping[str, Any], *, return_number: str | None, now: datetime) -> None:
    """Post where a refund stands; `row` is its row as it was just written, its payment locked."""
    subject = Subject(
        name=refund_subject(row["id"]),
        currency=row["currency"],
        order=row["order"],
        payment=row["payment"],
        refund=row["id"],
        return_number=return_number,
        reference=row["external_reference"] or row["provider_refund_id"],
    )
    standing = refund_standing(booked_refund(row))
    await _post(subject, standing, kind=f"refund.{row['state']}", now=now)


def refund_subject(refund_id: UUID) -> str:
    """Return the name that a refund has in the books."""
    return f"refund:{refund_id}"


async def post_disputes(payment_id: int, *, lost: int, now: datetime) -> None:
    """Post what disputes took of a payment, as its row, locked, says; `lost` of it for good."""
    row = await connection().fetchrow(_PAYMENT, payment_id)
    subject = Subject(
        name=f"dispute:{payment_id}",
        currency=row["currency"],
        order=row["order"],
        payment=payment_id,
        reference=row["reference"],
    )
    standing = dispute_standing(contested=row["disputed"] - lost, lost=lost)
    await _post(subject, standing, kind="payment.disputed", now=now)


async def post_outside_refund(provider_refund_id: str, *, now: datetime) -> None:
    """Post a refund that was made outside, as its row says; its payment is locked.

    Once it failed, or turned out to be a refund of ours, it stands nowhere.
    """
    row = await connection().fetchrow(_OUTSIDE, provider_refund_id, _RESERVING)
    subject = Subject(
        name=f"outside:{provider_refund_id}",
        currency=row["currency"],
        order=row["order"],
        payment=row["payment"],
        reference=provider_refund_id,
    )
    standing = outside_standing(row["amount"], taken=row["taken"])
    await _post(subject, standing, kind=f"outside.{row['status']}", now=now)


async def post_compensation(row: Mapping[str, Any], *, return_number: str, now: datetime) -> None:
    """Post where a compensation stands; `row` is its row as it was just written, locked."""
    subject = Subject(
        name=f"compensation:{row['id']}",
        currency=row["currency"],
        order=row["order"],
        return_number=return_number,
    )
    state, kind = CompensationState(row["state"]), CompensationKind(row["kind"])
    standing = compensation_standing(state, kind, row["value"])
    await _post(subject, standing, kind=f"compensation.{state}", now=now)


async def _post(subject: Subject, standing: Standing, *, kind: str, now: datetime) -> None:
    posted = await connection().fetch(_POSTED, subject.name)
    before = {Account(one["account"]): one["balance"] for one in posted}
    entries = movement(before, standing)
    if not entries:
        return
    number = posted[0]["movements"] + 1 if posted else 1
    # Whoever posts holds the lock of the subject's row or payment, so nobody takes this number
    # meanwhile. Should somebody do without, the unique key fails the second's whole transaction.
    statement = OneStatement()
    statement.insert("ledger_entries", [_line(subject, one, number, kind, now) for one in entries])
    await statement.run()


def _line(
    subject: Subject, entry: Entry, number: int, kind: str, now: datetime
) -> dict[str, object]:
    return {
        "subject": subject.name,
        "movement": number,
        "kind": kind,
        "account": str(entry.account),
        "debit": entry.debit,
        "credit": entry.credit,
        "currency": subject.currency,
        "order": subject.order,
        "payment": subject.payment,
        "refund": subject.refund,
        "return_number": subject.return_number,
        "reference": subject.reference,
        "at": now,
    }
