"""Take back the verdict one has just given, until finance has acted on it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from returns_engine.queries.rows import loaded
from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.permission import PermissionState
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.lifecycle.replacement_states import (
    ReplacementEvent,
    ReplacementState,
    next_replacement,
)
from returns_engine.rules.words import InspectionVerdict
from returns_engine.tables.engine import connection, transaction
from returns_engine.tables.replacements import Replacement
from returns_engine.workflow.call_off_proposals import call_off_proposals
from returns_engine.workflow.count_settled import count_settled
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import Conflict
from returns_engine.workflow.return_case import ReturnCase, load_case, save_case
from returns_engine.workflow.withdraw_opinions import asked_last, withdraw_asked

_LAST = """
SELECT id, inspected_at, inspected_by, led_to, undone_at FROM inspections
WHERE return_id = $1 ORDER BY id DESC LIMIT 1
"""
_LINES = """
SELECT return_line, quantity, verdict, superseded FROM inspection_lines WHERE inspection = $1
"""
_UNDECIDED = """
SELECT id, currency, proposed, state, held_at IS NOT NULL OR first_by IS NOT NULL AS looked_at
FROM refunds WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE
"""
_ASIDE = "UPDATE inspection_lines SET superseded = quantity WHERE inspection = $1"
_UNDONE = "UPDATE inspections SET undone_at = $2 WHERE id = $1"
_LED_TO = "UPDATE inspections SET led_to = $2::jsonb WHERE id = $1"

_NOTHING = "There is no verdict of yours here that could be taken back."
_ACTED = "Somebody has acted on this verdict already: finance, or whoever has the goods."
_OF_TWO = "A second opinion was given on this verdict: nobody takes it back alone."
_ON_TOP = "Something was promised on top because of this verdict; a colleague must judge by hand."


class Following:
    """What a case held before proposals were made, to say afterwards what a verdict led to."""

    def __init__(self, case: ReturnCase) -> None:
        """Look at `case` as it stands before anything follows."""
        self._refunds, self._replacements = set(case.refunds), set(case.replacements)
        self._proposed = {line.id: line.proposed for line in case.lines}
        self._events = len(case.events)

    async def keep(self, case: ReturnCase, inspection: int) -> None:
        """Keep what follows `inspection`; writes nothing where nothing does."""
        made = {line.id: line.proposed - self._proposed[line.id] for line in case.lines}
        led_to = {
            "refunds": [str(one) for one in case.refunds if one not in self._refunds],
            "replacements": [
                str(one) for one in case.replacements if one not in self._replacements
            ],
            "proposed": {str(line): units for line, units in made.items() if units},
            "on_top": any(
                event.type.startswith("compensation.") for event in case.events[self._events :]
            ),
        }
        if any(led_to.values()):
            await connection().execute(_LED_TO, inspection, json.dumps(led_to))


async def of_two_people(inspection: int) -> None:
    """Keep that a verdict is not one person's, so that none takes it back alone."""
    await connection().execute(_LED_TO, inspection, json.dumps({"two_people": True}))


async def undo_inspection(
    number: str, *, actor: Actor, now: datetime, expected_version: int | None = None
) -> bool:
    """Take back the last verdicts of a return, by who gave them; the units wait at the bench again.

    They stay on record, set aside; proposals and planned replacements that came of them are called
    off, and the customer is told. A rejection that waits for a second opinion is taken back while
    nobody has given one, and was told to nobody. Returns whether the customer is told.

    Raises Conflict `nothing_to_undo` where the last verdicts are somebody else's or were taken
    back, `acted_on` once finance, an appeal or a parcel to the customer went on from them.
    """
    async with transaction():
        case = await load_case(number, expected_version=expected_version)
        last = await connection().fetchrow(_LAST, case.id)
        if last and (last["undone_at"] or last["inspected_by"] != actor.person):
            last = None
        since = last["inspected_at"] if last else datetime.min.replace(tzinfo=UTC)
        asked = await asked_last(case, person=actor.person, since=since)
        if last and asked and asked[0]["asked_at"] > last["inspected_at"]:
            last = None
        if not last and not asked:
            raise Conflict("nothing_to_undo", _NOTHING)
        if case.permission is not PermissionState.APPROVED:
            raise Conflict("acted_on", _ACTED)
        if last:
            await _take_back(case, last, now)
        await withdraw_asked(case, asked)
        await save_case(case, actor=actor, now=now)
    return bool(last)


async def _take_back(case: ReturnCase, last: asyncpg.Record, now: datetime) -> None:
    """Set the verdicts of a sitting aside with what came of them, and tell the customer."""
    led_to = loaded(last["led_to"])
    if case.appeal.used:
        raise Conflict("acted_on", _ACTED)
    if led_to.get("two_people"):
        raise Conflict("acted_on", _OF_TWO)
    if led_to.get("on_top"):
        raise Conflict("acted_on", _ON_TOP)
    undone = await _give_back(case, last["id"])
    await _call_off_refunds(case, [UUID(one) for one in led_to.get("refunds", ())], now)
    await _call_off_goods(case, [UUID(one) for one in led_to.get("replacements", ())], now)
    _count_back(case, led_to.get("proposed", {}))
    await connection().execute(_ASIDE, last["id"])
    await connection().execute(_UNDONE, last["id"], now)
    await count_settled(case)
    case.record(NewEvent(type="lines.undone", data={"lines": undone}))
    told = [{"line_id": one["line_id"], "quantity": one["quantity"]} for one in undone]
    case.tell("inspection_undone", {"lines": told}, now)


async def _give_back(case: ReturnCase, inspection: int) -> list[dict[str, Any]]:
    """Count the verdicts back; raises Conflict where goods left since or some were set aside."""
    by_id = {line.id: line for line in case.lines}
    undone = []
    for row in await connection().fetch(_LINES, inspection):
        line = by_id[row["return_line"]]
        if row["superseded"]:
            raise Conflict("acted_on", _ACTED)
        line.add(row["verdict"], -row["quantity"])
        if line.rejected < line.sent_back + line.disposed:
            raise Conflict("acted_on", _ACTED)
        verdict = str(InspectionVerdict(row["verdict"]))
        undone.append({"line_id": line.line_id, "quantity": row["quantity"], "verdict": verdict})
    return undone


async def _call_off_refunds(case: ReturnCase, refunds: list[UUID], now: datetime) -> None:
    rows = await connection().fetch(_UNDECIDED, refunds)
    if any(row["state"] != RefundState.PROPOSED or row["looked_at"] for row in rows):
        raise Conflict("acted_on", _ACTED)
    await call_off_proposals(case, rows, reason="inspection_undone", now=now)


async def _call_off_goods(case: ReturnCase, replacements: list[UUID], now: datetime) -> None:
    for replacement in replacements:
        before = case.replacements[replacement]
        if before is not ReplacementState.PLANNED:
            raise Conflict("acted_on", _ACTED)
        state = next_replacement(before, ReplacementEvent.CANCEL)
        await Replacement.update(
            {
                Replacement.state: str(state),
                Replacement.cancelled_at: now,
                Replacement.version: Replacement.version + 1,
            }
        ).where(Replacement.id == replacement)
        case.replacements[replacement] = state
        case.record(
            NewEvent(
                type=f"replacement.{state}",
                from_state=str(before),
                to_state=str(state),
                reason="inspection_undone",
                data={"replacement_id": str(replacement)},
            )
        )


def _count_back(case: ReturnCase, proposed: Mapping[str, int]) -> None:
    for line in case.lines:
        if units := proposed.get(str(line.id), 0):
            line.add("proposed", -units)
