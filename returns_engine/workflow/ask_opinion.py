"""Hold a rejection back that costs the customer much: another person looks at it first."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import uuid4

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.opinion_states import OpinionCause, OpinionState
from returns_engine.rules.policy import Policy
from returns_engine.rules.second_opinion import needs_opinion
from returns_engine.rules.words import InspectionVerdict
from returns_engine.tables.engine import connection
from returns_engine.workflow.case_line import CaseLine
from returns_engine.workflow.inspected_units import Spread
from returns_engine.workflow.order_file import load_order_by_id
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import ReturnCase
from returns_engine.workflow.valued_units import value_units


async def hold_rejections(
    case: ReturnCase, spread: Spread, *, policy: Policy, actor: Actor, now: datetime
) -> Spread:
    """Ask for a second opinion on what a sitting rejects, where it is worth more than the policy's.

    Returns the verdicts that stand at once. Held units keep waiting for a verdict: no refund is
    proposed beside them, no mail says "rejected", and the bench cannot judge them anew.
    """
    rejected = [one for one in spread if one[2].verdict == InspectionVerdict.REJECTED]
    if not rejected:
        return spread
    worth, currency = await worth_of(case, [(entry, units) for entry, units, _ in rejected])
    if not needs_opinion(worth, currency, policy.approval):
        return spread
    for entry, units, _ in rejected:
        entry.add("rejected", -units)
        entry.add("in_opinion", units)
    await _keep(case, rejected, worth=worth, currency=currency, actor=actor, now=now)
    return [one for one in spread if one[2].verdict != InspectionVerdict.REJECTED]


async def worth_of(case: ReturnCase, rejected: Iterable[tuple[CaseLine, int]]) -> tuple[int, str]:
    """Return what was paid for the units, in minor units, and its currency."""
    order = await load_order_by_id(case.order)
    units: Counter[int] = Counter()
    for entry, count in rejected:
        units[entry.id] += count
    lines = [(line, units[line.id]) for line in case.lines if units[line.id]]
    worth = sum(one.worth for one in value_units(order.facts, lines, order.settled))
    return worth, order.facts.currency


_KEEP = """
INSERT INTO opinions (id, return_id, return_line, quantity, state, worth, currency, photo_ids,
                      asked_at, first_by, first_checks, first_grade, first_cause,
                      first_disposition, first_note, first_clause, version)
SELECT held.id, $1, held.line, held.units, 'asked', $2, $3, held.photos, $4, $5, held.checks,
       held.grade, held.cause, held.disposition, held.note, held.clause, 1
FROM unnest($6::uuid[], $7::int[], $8::int[], $9::jsonb[], $10::jsonb[], $11::text[], $12::text[],
            $13::text[], $14::text[], $15::text[])
     AS held (id, line, units, photos, checks, grade, cause, disposition, note, clause)
"""


async def _keep(
    case: ReturnCase, held: Spread, *, worth: int, currency: str, actor: Actor, now: datetime
) -> None:
    ids = [uuid4() for _ in held]
    found = [line for _, _, line in held]
    await connection().execute(
        _KEEP,
        case.id,
        worth,
        currency,
        now,
        actor.person,
        ids,
        [entry.id for entry, _, _ in held],
        [units for _, units, _ in held],
        [json.dumps(list(line.photo_ids)) for line in found],
        [json.dumps(dict(line.checks)) for line in found],
        [line.grade for line in found],
        [line.found_cause for line in found],
        [line.disposition for line in found],
        [line.note for line in found],
        [line.clause for line in found],
    )
    for opinion_id, (entry, units, _) in zip(ids, held, strict=True):
        asked = {"opinion_id": str(opinion_id), "line_id": entry.line_id, "quantity": units}
        case.record(asked_for(OpinionCause.VALUE, {**asked, "worth": worth, "currency": currency}))


def asked_for(cause: OpinionCause, about: Mapping[str, object]) -> NewEvent:
    """Return the event of an opinion that is asked for.

    Not what was found: who gives the second opinion may read the record of the case.
    """
    data = {**about, "cause": str(cause)}
    return NewEvent(type="opinion.asked", to_state=str(OpinionState.ASKED), data=data)
