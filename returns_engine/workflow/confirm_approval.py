"""Two people for what is large: the first approval is kept until another person confirms it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from returns_engine.queries.rows import loaded
from returns_engine.queries.value_given import VALUE_COLUMNS, value_of
from returns_engine.rules.actor import Actor
from returns_engine.rules.approval import (
    Approval,
    ApprovalTerms,
    Step,
    limit_of,
    needs_second,
    next_step,
)
from returns_engine.rules.money.money import decimal_text
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import Role
from returns_engine.tables.engine import connection
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refund_file import RefundFile, save_refund
from returns_engine.workflow.refusals import AboveLimit, SamePerson

_ANOTHER = "You approved this already; another person must confirm it."
_NOBODY = "Only a person can approve what needs two."

# `beside` are the other refunds of the proposal: one decision, however many payments it is for.
_STANDING = f"""
SELECT (SELECT string_agg(s.role, ' ') FROM staff_roles s WHERE s.staff = $3) AS roles,
  (SELECT COALESCE(sum(COALESCE(b.amount, b.proposed)), 0)::bigint FROM refunds b
   WHERE b.proposal = f.proposal AND b.id <> f.id AND b.state NOT IN ('refused', 'canceled')
  ) AS beside,
  EXISTS (SELECT FROM inspections i
          WHERE i.return_id = f.return_id AND i.inspected_by = f.first_by) AS first_inspected,
  {VALUE_COLUMNS}
FROM refunds f JOIN orders o ON o.id = f."order" WHERE f.id = $1 AND o.id = $2
"""  # noqa: S608 - pieces of our own


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What somebody decided on a refund: the amount in minor units, and why less where it is."""

    amount: int
    note: str | None
    clause: str | None

    def with_what_the_first_said(self, refund: RefundFile) -> "Decided":
        """Return it with note and clause of the first approval, where it confirms that."""
        row = refund.row
        if row["first_amount"] != self.amount:
            return self
        return Decided(
            amount=self.amount,
            note=self.note or row["first_note"],
            clause=self.clause or row["first_clause"],
        )


async def limit_in_effect(
    refund: RefundFile, decided: Decided, *, policy: Policy, actor: Actor, now: datetime
) -> int | None:
    """Return the limit of the role by which an approval takes effect, in minor units.

    None where another person must confirm it: it is kept as the first, with its limit. The order
    must be locked, for what is given for it counts too. The caller saves the case. Raises
    AboveLimit, and SamePerson for who approved the same amount before.
    """
    row = await connection().fetchrow(_STANDING, refund.id, refund.case.order, actor.person)
    together = decided.amount + row["beside"]
    currency = refund.row["currency"]
    limit = require_within_limit((row["roles"] or "").split(), together, currency, policy.approval)
    value = value_of(row, on_top_free=policy.compensation.cap_per_order)
    two = (
        refund.row["needs_second"]
        or needs_second(together, currency, policy.approval)
        or value.goes_above(refunded=decided.amount)
    )
    first = None if row["first_inspected"] else _first(refund.row, together)
    if one_more(first, decided.amount, actor, two=two):
        return limit
    await _keep_first(refund, decided, limit, actor, now)
    return None


def one_more(first: Approval | None, amount: int, actor: Actor, *, two: bool) -> bool:
    """Say whether one more approval takes effect, or is the first of two; raises SamePerson."""
    if not two:
        return True
    if actor.person is None:
        raise SamePerson(_NOBODY)
    step = next_step(first, Approval(person=actor.person, amount=amount), two=two)
    if step is Step.NEEDS_ANOTHER:
        raise SamePerson(_ANOTHER)
    return step is Step.TAKES_EFFECT


def require_within_limit(roles: list[str], amount: int, currency: str, terms: ApprovalTerms) -> int:
    """Return the most that somebody of `roles` may approve, or raise AboveLimit; in minor units."""
    limit = limit_of([Role(role) for role in roles], currency, terms)
    if amount <= limit:
        return limit
    who = [role for role in terms.up_to if amount <= limit_of([role], currency, terms)]
    ask = (
        f"Somebody who is {' or '.join(who)} can approve it."
        if who
        else "The policy lets nobody approve as much; its owner can raise approval.up_to."
    )
    most, all_of_it = decimal_text(limit, currency), decimal_text(amount, currency)
    raise AboveLimit(
        f"You may approve up to {most} {currency}, and this proposal comes to {all_of_it}. {ask}"
    )


def _first(row: Mapping[str, Any], together: int) -> Approval | None:
    """Return the first approval, unless whoever gave it may not decide any more.

    Its limit must reach for what the proposal comes to `together`, and be known: one given before
    limits were written down is asked for again.
    """
    if row["first_by"] is None or row["first_by"] in loaded(row["inspectors"]):
        return None
    if row["first_limit"] is None or row["first_limit"] < together:
        return None
    return Approval(person=row["first_by"], amount=row["first_amount"])


async def _keep_first(
    refund: RefundFile, decided: Decided, limit: int, actor: Actor, now: datetime
) -> None:
    data: dict[str, object] = {
        "refund_id": str(refund.id),
        "amount": decided.amount,
        "proposed": refund.row["proposed"],
        "currency": refund.row["currency"],
    }
    if decided.clause is not None:
        data["clause"] = decided.clause
    refund.case.record(NewEvent(type="refund.first_approved", data=data, text=decided.note))
    values = {
        "needs_second": True,
        "first_by": actor.person,
        "first_at": now,
        "first_amount": decided.amount,
        "first_limit": limit,
        "first_note": decided.note,
        "first_clause": decided.clause,
    }
    await save_refund(refund, values, now=now)
