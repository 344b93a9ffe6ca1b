"""An appeal against a rejection: another person grades from the photos, and its hearer reads it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.appeal import Heard
from returns_engine.rules.lifecycle.opinion_states import (
    OpinionCause,
    OpinionEvent,
    OpinionState,
    next_opinion,
)
from returns_engine.rules.words import InspectionVerdict
from returns_engine.tables.engine import connection
from returns_engine.workflow.ask_opinion import asked_for, worth_of
from returns_engine.workflow.case_line import CaseLine
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import ReturnCase

# Nobody is asked about what two people have said already, or where there is nothing to look at.
_STANDING = """
SELECT l.id, l.return_line, l.quantity - l.superseded AS standing,
       jsonb_array_length(l.photo_ids) > 0 AND NOT i.led_to ? 'two_people' AS to_ask
FROM inspection_lines l JOIN inspections i ON i.id = l.inspection
WHERE i.return_id = $1 AND l.verdict = 'rejected' AND l.superseded < l.quantity
ORDER BY l.id DESC
"""
_ASK = """
INSERT INTO opinions (id, return_id, return_line, quantity, state, cause, worth, currency,
                      photo_ids, asked_at, first_by, first_checks, first_grade, first_cause,
                      first_disposition, first_note, first_clause, version)
SELECT asked.id, i.return_id, l.return_line, asked.units, 'asked', 'appeal', $4, $5, l.photo_ids,
       $6, i.inspected_by, l.checks, l.grade, l.found_cause, l.disposition, l.note, l.clause, 1
FROM unnest($1::uuid[], $2::int[], $3::int[]) AS asked (id, found, units)
JOIN inspection_lines l ON l.id = asked.found JOIN inspections i ON i.id = l.inspection
"""


async def ask_on_appeal(case: ReturnCase, *, now: datetime) -> None:
    """Ask for a second opinion on each rejection that stands, by one statement.

    Nothing waits for it: the units keep their verdict, and the appeal may be decided without.
    """
    found = await _to_ask(case)
    if not found:
        return
    worth, currency = await worth_of(case, [(line, units) for _, line, units in found])
    ids = [uuid4() for _ in found]
    places, units = [place for place, _, _ in found], [count for _, _, count in found]
    await connection().execute(_ASK, ids, places, units, worth, currency, now)
    for opinion_id, (_, line, count) in zip(ids, found, strict=True):
        about = {"opinion_id": str(opinion_id), "line_id": line.line_id, "quantity": count}
        more = {"worth": worth, "currency": currency}
        case.record(asked_for(OpinionCause.APPEAL, {**about, **more}))


async def _to_ask(case: ReturnCase) -> Sequence[tuple[int, CaseLine, int]]:
    """Return verdicts of the bench with their units, those left out that the customer let us keep.

    As where an appeal is upheld, what stands is what was rejected last.
    """
    lines = {line.id: line for line in case.lines}
    left = Counter({line.id: line.rejected - line.disposed for line in case.lines})
    found = []
    for row in await connection().fetch(_STANDING, case.id):
        count = min(left[row["return_line"]], row["standing"])
        left[row["return_line"]] -= count
        if count and row["to_ask"]:
            found.append((row["id"], lines[row["return_line"]], count))
    return found[::-1]


_OPEN = """
SELECT id, state, return_line, quantity FROM opinions
WHERE return_id = $1 AND cause = 'appeal' AND state IN ('asked', 'disputed') ORDER BY asked_at, id
"""
_END = """
UPDATE opinions SET state = ended.state, version = opinions.version + 1,
    decided_at = CASE WHEN ended.state = 'decided' THEN $3::timestamptz END,
    decided_by = CASE WHEN ended.state = 'decided' THEN $4::int END,
    decided_verdict = CASE WHEN ended.state = 'decided' THEN $5 END
FROM unnest($1::uuid[], $2::text[]) AS ended (id, state) WHERE opinions.id = ended.id
"""


async def end_on_appeal(case: ReturnCase, outcome: Heard, *, actor: Actor, now: datetime) -> None:
    """End what was asked for on the appeal with it, so that none is left open.

    The outcome decides between two that differ; what nobody gave is withdrawn. (An appeal against a
    rejection cannot be taken back: the goods are here.)
    """
    upheld = outcome is Heard.UPHELD
    verdict = str(InspectionVerdict.ACCEPTED if upheld else InspectionVerdict.REJECTED)
    rows = await connection().fetch(_OPEN, case.id)
    if not rows:
        return
    ids: list[UUID] = []
    states: list[str] = []
    lines = {line.id: line.line_id for line in case.lines}
    for row in rows:
        before = OpinionState(row["state"])
        given = before is OpinionState.DISPUTED
        after = next_opinion(before, OpinionEvent.DECIDE if given else OpinionEvent.WITHDRAW)
        ids.append(row["id"])
        states.append(str(after))
        about = {"opinion_id": str(row["id"]), "line_id": lines[row["return_line"]]}
        data = {**about, "quantity": row["quantity"], "appeal": str(outcome)}
        case.record(
            NewEvent(
                type=f"opinion.{after}", from_state=str(before), to_state=str(after), data=data
            )
        )
    await connection().execute(_END, ids, states, now, actor.person, verdict)


_GAVE = """
SELECT EXISTS (SELECT FROM opinions
               WHERE return_id = $1 AND cause = 'appeal' AND second_by = $2)
"""


async def gave_opinion(case: ReturnCase, *, actor: Actor) -> bool:
    """Say whether `actor` gave a second opinion on the appeal of this return."""
    gave: bool = await connection().fetchval(_GAVE, case.id, actor.person)
    return gave
