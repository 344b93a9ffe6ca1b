"""Two people where goods or gifts would take what is given above what was paid for the order."""

from datetime import datetime
from typing import Any
from uuid import UUID

from returns_engine.queries.value_given import VALUE_COLUMNS, WORTH, value_of
from returns_engine.rules.actor import Actor
from returns_engine.rules.approval import Approval, needs_second
from returns_engine.rules.policy import Policy
from returns_engine.tables.compensations import Compensation
from returns_engine.tables.engine import connection
from returns_engine.tables.replacements import Replacement
from returns_engine.workflow.compensation_file import CompensationFile
from returns_engine.workflow.confirm_approval import one_more, require_within_limit
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.replacement_file import ReplacementFile

_LOCK = "SELECT FROM orders WHERE id = $1 FOR NO KEY UPDATE"
_STANDING = f"""
SELECT (SELECT string_agg(s.role, ' ') FROM staff_roles s WHERE s.staff = $2) AS roles,
  (SELECT {WORTH} FROM replacements a JOIN return_lines t ON t.id = a.return_line
   JOIN order_lines l ON l.id = t.order_line WHERE a.id = $3) AS worth,
  {VALUE_COLUMNS}
FROM orders o WHERE o.id = $1
"""  # noqa: S608 - pieces of our own


async def limit_of_extra_in_effect(
    file: CompensationFile, *, policy: Policy, actor: Actor, now: datetime
) -> int | None:
    """Return the limit of the role by which something extra is approved, in minor units.

    None where another person must approve it too: it is kept as the first, with its limit. The
    caller saves the case. Raises AboveLimit, and SamePerson for who approved it before.
    """
    row, currency, terms = file.row, file.row["currency"], policy.approval
    await connection().execute(_LOCK, file.case.order)
    found = await connection().fetchrow(_STANDING, file.case.order, actor.person, None)
    limit = require_within_limit((found["roles"] or "").split(), row["value"], currency, terms)
    given = value_of(found, on_top_free=policy.compensation.cap_per_order)
    two = row["needs_second"] or needs_second(row["value"], currency, terms)
    two = two or given.goes_above(on_top=row["value"])
    first = row["first_by"]
    known = first is not None and first not in file.inspectors and row["first_limit"] is not None
    before = Approval(person=first, amount=row["value"]) if known else None
    if one_more(before, row["value"], actor, two=two):
        return limit
    values: dict[Any, Any] = {
        "needs_second": True,
        "first_by": actor.person,
        "first_at": now,
        "first_limit": limit,
        "version": row["version"] + 1,
    }
    await Compensation.update(values).where(Compensation.id == row["id"])
    data = {
        "compensation_id": str(row["id"]),
        "kind": row["kind"],
        "amount": row["value"],
        "currency": currency,
        "clause": row["clause"],
    }
    file.case.record(NewEvent(type="compensation.first_approved", data=data))
    return None


async def order_takes_effect(
    replacement: ReplacementFile,
    external_order: str,
    *,
    policy: Policy,
    actor: Actor,
    now: datetime,
) -> bool:
    """Say whether the order of a replacement takes effect, or is kept as the first of two.

    Another person names the same order. The caller saves the case. Raises SamePerson for who named
    it before.
    """
    row = replacement.row
    worth, beyond = await _beyond_paid(replacement.case.order, replacement.id, actor, policy)
    known = row["first_by"] is not None and row["first_order"] == external_order
    before = Approval(person=row["first_by"], amount=worth) if known else None
    if one_more(before, worth, actor, two=row["needs_second"] or beyond):
        return True
    values: dict[Any, Any] = {
        "needs_second": True,
        "first_by": actor.person,
        "first_at": now,
        "first_order": external_order,
        "version": row["version"] + 1,
    }
    await Replacement.update(values).where(Replacement.id == replacement.id)
    data = {
        "replacement_id": str(replacement.id),
        "external_order": external_order,
        **replacement.units,
    }
    replacement.case.record(NewEvent(type="replacement.first_ordered", data=data))
    return False


async def _beyond_paid(
    order: int, replacement: UUID, actor: Actor, policy: Policy
) -> tuple[int, bool]:
    """Return what a replacement is worth, and whether more than was paid is given with it."""
    await connection().execute(_LOCK, order)
    found = await connection().fetchrow(_STANDING, order, actor.person, replacement)
    given = value_of(found, on_top_free=policy.compensation.cap_per_order)
    return found["worth"], given.goes_above(replaced=found["worth"])
