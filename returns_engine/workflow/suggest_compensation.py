"""Suggest what the policy gives on top for our fault, and approve it where its caps allow."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from returns_engine.rules.compensation import Suggestion, cause_of, left_of_caps, suggest
from returns_engine.rules.lifecycle.compensation_states import (
    COUNTED,
    INITIAL,
    CompensationEvent,
    CompensationState,
    next_compensation,
)
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import FoundCause, Reason, Resolution, ReturnKind
from returns_engine.tables.compensations import Compensation
from returns_engine.tables.engine import connection
from returns_engine.workflow.case_line import CaseLine
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import ReturnCase

# A warranty claim ends in the same thing again; nothing on top was ever promised for it (47).
_KINDS = frozenset({ReturnKind.RETURN, ReturnKind.DELIVERY_PROBLEM})

# What the bench found of the units it accepted, the first finding first.
_FOUND = """
SELECT l.return_line, json_agg(l.found_cause ORDER BY l.id) AS causes
FROM inspection_lines l JOIN inspections i ON i.id = l.inspection
WHERE i.return_id = $1 AND l.verdict = 'accepted' AND l.superseded < l.quantity
GROUP BY l.return_line
"""

# Two at once must not both slip under a cap: whoever counts, counts alone until it is committed.
_ALONE = "SELECT pg_advisory_xact_lock(hashtext('returns_engine.compensations'))"

_BEFORE = """
SELECT o.currency,
  (SELECT COALESCE(sum(c.value), 0)::bigint FROM compensations c
   WHERE c."order" = o.id AND c.state = ANY($2)) AS on_order,
  (SELECT COALESCE(sum(c.value), 0)::bigint FROM compensations c
   WHERE c.currency = o.currency AND c.state = ANY($2) AND c.decided_at >= $3) AS in_month,
  ARRAY(SELECT c.return_line FROM compensations c WHERE c.return_id = $4) AS lines
FROM orders o WHERE o.id = $1
"""


@dataclass(slots=True, kw_only=True)
class _Before:
    """What was given before, in minor units of `currency`; `lines` have theirs already."""

    currency: str
    on_order: int
    in_month: int
    lines: frozenset[int]


async def suggest_compensation(
    case: ReturnCase, lines: Sequence[CaseLine], *, policy: Policy, now: datetime
) -> None:
    """Suggest what goes on top for `lines`, whose refund or replacement this transaction makes.

    Follows what the bench found, and only where it found nothing of its own what the customer said
    (63, 67, 76). Within the caps of the order and the calendar month it is approved at once, above
    them it waits for finance (B-30). A line gets it once, however often this is called.
    """
    if case.kind not in _KINDS:
        return
    found = await _found(case) if any(line.goods_expected for line in lines) else {}
    suggested = [(line, _suggestion(line, found.get(line.id), policy)) for line in lines]
    wanted = [(line, one) for line, one in suggested if one is not None]
    if not wanted:
        return
    await connection().execute(_ALONE)
    before = await _before(case, policy, now)
    made = [
        _made(case, line, one, before, policy, now)
        for line, one in wanted
        if line.id not in before.lines
    ]
    if made:
        await Compensation.insert(*made)


async def _found(case: ReturnCase) -> Mapping[int, Sequence[str | None]]:
    rows = await connection().fetch(_FOUND, case.id)
    return {row["return_line"]: json.loads(row["causes"]) for row in rows}


def _suggestion(
    line: CaseLine, found: Sequence[str | None] | None, policy: Policy
) -> Suggestion | None:
    declared = Reason(line.reason) if line.reason else None
    causes = [cause_of(declared, FoundCause(one) if one else None) for one in found or [None]]
    return suggest(causes, Resolution(line.resolution), policy.compensation)


async def _before(case: ReturnCase, policy: Policy, now: datetime) -> _Before:
    month_start = now.astimezone(policy.zone).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )
    counted = [str(state) for state in COUNTED]
    row = await connection().fetchrow(_BEFORE, case.order, counted, month_start, case.id)
    return _Before(
        currency=row["currency"],
        on_order=row["on_order"],
        in_month=row["in_month"],
        lines=frozenset(row["lines"]),
    )


def _made(  # noqa: PLR0917 - one private step
    case: ReturnCase,
    line: CaseLine,
    suggestion: Suggestion,
    before: _Before,
    policy: Policy,
    now: datetime,
) -> Compensation:
    row = Compensation(
        id=uuid4(),
        order=case.order,
        return_=case.id,
        return_line=line.id,
        kind=str(suggestion.kind),
        what=suggestion.what,
        value=suggestion.value,
        currency=before.currency,
        state=str(INITIAL),
        cause=str(suggestion.cause),
        clause=suggestion.clause,
        proposed_at=now,
    )
    _record(case, row, line, to_state=INITIAL)
    left = left_of_caps(
        on_order=before.on_order, in_month=before.in_month, terms=policy.compensation
    )
    if suggestion.value <= left:
        before.on_order += suggestion.value
        before.in_month += suggestion.value
        row.state = str(next_compensation(INITIAL, CompensationEvent.APPROVE))
        row.decided_at = now
        row.approval_limit = left
        _record(case, row, line, from_state=INITIAL, to_state=CompensationState.APPROVED)
        if line.resolution == Resolution.REPLACEMENT:
            case.tell("compensation_approved", told(row), now)
    return row


def _record(
    case: ReturnCase,
    row: Compensation,
    line: CaseLine,
    *,
    from_state: CompensationState | None = None,
    to_state: CompensationState,
) -> None:
    data = {
        "compensation_id": str(row.id),
        "line_id": line.line_id,
        "kind": row.kind,
        "amount": row.value,
        "currency": row.currency,
        "cause": row.cause,
        "clause": row.clause,
    }
    case.record(
        NewEvent(
            type=f"compensation.{to_state}",
            from_state=None if from_state is None else str(from_state),
            to_state=str(to_state),
            data=data,
        )
    )


def told(row: Compensation | Mapping[str, Any]) -> dict[str, object]:
    """Return what a letter about a compensation needs to know: no code, and no name."""
    values = row.to_dict() if isinstance(row, Compensation) else row
    return {
        "compensation_id": str(values["id"]),
        "kind": values["kind"],
        "what": values["what"],
        "amount": values["value"],
        "currency": values["currency"],
    }
