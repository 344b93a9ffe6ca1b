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
from returns_engine.rules.words import CompensationKind
from returns_engine.tables.engine import connection
from returns_engine.tables.ledger import LedgerEntry

_POSTED = """
SELECT account, sum(debit - credit)::bigint AS balance, max(max(movement)) OVER () AS movements
FROM ledger_entries WHERE subject = $1 GROUP BY account
"""


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


async def post_disputes(
    payment: Mapping[str, Any],
    *,
    currency: str,
    contested: int,
    lost: int,
    kind: str,
    now: datetime,
) -> None:
    """Post where the disputes of a payment stand; `payment` is its row, locked."""
    subject = Subject(
        name=f"dispute:{payment['id']}",
        currency=currency,
        order=payment["order"],
        payment=payment["id"],
        reference=payment["reference"],
    )
    standing = dispute_standing(contested=contested, lost=lost)
    await _post(subject, standing, kind=kind, now=now)


async def post_outside_refund(
    payment: Mapping[str, Any],
    provider_refund_id: str,
    *,
    amount: int,
    currency: str,
    taken: bool,
    now: datetime,
) -> None:
    """Post a refund that was made in the provider's dashboard; `payment` is its row, locked.

    `taken` is false once it failed or was canceled: the provider's balance has the money again.
    """
    subject = Subject(
        name=f"outside:{provider_refund_id}",
        currency=currency,
        order=payment["order"],
        payment=payment["id"],
        reference=provider_refund_id,
    )
    kind = "outside.refunded" if taken else "outside.undone"
    await _post(subject, outside_standing(amount, taken=taken), kind=kind, now=now)


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
    # Two who post the same movement at once: the second meets the unique key, and does nothing.
    await LedgerEntry.insert(*[_line(subject, one, number, kind, now) for one in entries])


def _line(subject: Subject, entry: Entry, number: int, kind: str, now: datetime) -> LedgerEntry:
    return LedgerEntry(
        subject=subject.name,
        movement=number,
        kind=kind,
        account=str(entry.account),
        debit=entry.debit,
        credit=entry.credit,
        currency=subject.currency,
        order=subject.order,
        payment=subject.payment,
        refund=subject.refund,
        return_number=subject.return_number,
        reference=subject.reference,
        at=now,
    )
