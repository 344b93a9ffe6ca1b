"""Everything finance needs to see before it says yes, on one screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from returns_engine.queries.refunds import read_refund
from returns_engine.queries.return_view import read_return
from returns_engine.queries.rows import first_row, rows, with_json
from returns_engine.queries.timeline import read_events
from returns_engine.rules.compensation import cause_of
from returns_engine.rules.words import MERCHANT_FAULTS, FoundCause, Reason
from returns_engine.workflow.refusals import NotFound

_MONEY = """
SELECT p.captured, p.disputed, p.method, p.provider, p.mismatch, p.told_captured, p.told_currency,
       b.reserved - CASE WHEN refund_reserves(f.state) THEN f.amount ELSE 0 END AS given, b.outside,
       p.id AS payment,
       EXISTS (SELECT FROM inspections i WHERE i.return_id = f.return_id
               AND i.inspected_by = {}) AS mine,
       COALESCE(f.inspectors @> to_jsonb({}::int), false) AS barred,
       c.name AS customer
FROM refunds f JOIN payments p ON p.id = f.payment
JOIN payment_balances b ON b.payment = f.payment
LEFT JOIN order_contacts c ON c."order" = f."order" WHERE f.id = {}
"""
_INSPECTED = """
SELECT n.inspected_at, trim(concat_ws(' ', u.first_name, u.last_name)) AS name, u.username,
       ol.title, l.quantity, l.checks, l.grade, l.found_cause, l.verdict, l.disposition, l.note,
       l.superseded,
       l.photo_ids, rl.photo_ids AS customer_photo_ids, c.text AS comment, rl.reason, rl.cause
FROM inspections n
JOIN inspection_lines l ON l.inspection = n.id
JOIN return_lines rl ON rl.id = l.return_line
JOIN order_lines ol ON ol.id = rl.order_line
JOIN returns r ON r.id = n.return_id
LEFT JOIN line_comments c ON c.return_line = rl.id
LEFT JOIN piccolo_user u ON u.id = n.inspected_by
WHERE r.number = {} ORDER BY n.id, l.id
"""


_OUTSIDE = """
SELECT provider_refund_id, amount, currency, status, cause, created_at FROM outside_refunds
WHERE payment = {} ORDER BY created_at, id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """Where a payment's money goes, in minor units: paid, already given, this, left.

    `outside` went back without us: refunds made in the provider's dashboard.
    """

    paid: int
    disputed: int
    given: int
    this: int
    outside: int = 0

    @property
    def left(self) -> int:
        """Return what stays with the merchant after this refund."""
        return self.paid - self.disputed - self.outside - self.given - self.this

    def share(self, amount: int) -> int:
        """Return how long the bar of `amount` is, in thousandths of what was paid."""
        return max(0, min(1000, amount * 1000 // self.paid)) if self.paid else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundCase:
    """A refund with its money, its return, what the bench found, and what happened.

    `mine` says that the person who looks inspected the return, `barred` that they may not decide.
    """

    refund: Mapping[str, Any]
    money: Waterfall
    payment: Mapping[str, Any]
    outside: Sequence[Mapping[str, Any]]
    method: str
    customer: str
    mine: bool
    barred: bool
    case: Mapping[str, Any]
    inspected: Sequence[Mapping[str, Any]]
    events: Sequence[Mapping[str, Any]]

    @property
    def overrides(self) -> list[Mapping[str, Any]]:
        """Return the rules that were set aside, each with who did it and why."""
        return [event for event in self.events if event["type"] == "rule.overridden"]

    @property
    def after_appeal(self) -> bool:
        """Say whether this refund gives back what was kept before an appeal."""
        about = str(self.refund["id"])
        return any(
            event["reason"] == "appeal_upheld" and event["data"].get("refund_id") == about
            for event in self.events
        )


async def read_refund_case(refund_id: UUID, *, person: int | None) -> RefundCase:
    """Return the case of a refund; raises NotFound."""
    refund = await read_refund(refund_id)
    if refund is None:
        raise NotFound("refund")
    number = refund["return_number"]
    case = await read_return(number)
    money = await first_row(_MONEY, person, person, refund_id)
    if case is None or money is None:
        raise NotFound("refund")
    this = refund["amount"] if refund["amount"] is not None else refund["proposed"]
    given_up = refund["state"] in {"refused", "canceled"}
    return RefundCase(
        refund=refund,
        money=Waterfall(
            paid=money["captured"],
            disputed=money["disputed"],
            given=money["given"],
            this=0 if given_up else this,
            outside=money["outside"],
        ),
        payment=money,
        outside=await rows(_OUTSIDE, money["payment"]),
        method=money["method"],
        customer=money["customer"] or "",
        mine=money["mine"],
        barred=money["barred"],
        case=case,
        inspected=await read_inspected(number),
        events=await read_events(number),
    )


async def read_inspected(number: str) -> list[dict[str, Any]]:
    """Return every verdict on the units of a return, in order, with who gave it."""
    found = await rows(_INSPECTED, number)
    return [
        with_json(row, "checks", "photo_ids", "customer_photo_ids")
        | {"name": row["name"] or row["username"]}
        | _whose_fault(row)
        for row in found
    ]


def _whose_fault(row: Mapping[str, Any]) -> dict[str, bool]:
    """Tell whether the bench puts the fault elsewhere than the customer: shipping turns on it."""
    declared = Reason(row["reason"]) if row["reason"] else None
    found = FoundCause(row["found_cause"]) if row["found_cause"] else None
    ours = cause_of(declared, found) in MERCHANT_FAULTS
    return {
        "found_ours": ours,
        "fault_turns": declared is not None and ours is not (declared in MERCHANT_FAULTS),
    }
