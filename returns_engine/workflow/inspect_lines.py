"""The bench's verdict on what arrived; with it, the proposal of what follows."""

import json
from collections.abc import Sequence
from datetime import datetime

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.actions import Action
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import CUSTOMERS_GOODS, Disposition, InspectionVerdict, ReturnKind
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.ask_opinion import hold_rejections
from returns_engine.workflow.inspected_units import InspectedUnits, Spread
from returns_engine.workflow.known_photos import require_photos
from returns_engine.workflow.propose_refund import propose_refund
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import FieldRefusal, Unprocessable
from returns_engine.workflow.reopen_rejected import require_other_inspector
from returns_engine.workflow.return_case import ReturnCase, load_case, save_case
from returns_engine.workflow.undo_inspection import Following


async def inspect_lines(
    number: str,
    *,
    lines: Sequence[InspectedUnits],
    policy: Policy,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Record verdicts; where every received unit has one, propose what follows at once.

    A rejection of what is worth more than the policy's value waits for a second opinion first.
    Raises SamePerson where an appeal set aside what the actor found here, StaleVersion, or
    Unprocessable `not_in_return`, `exceeds_received`, `rejection_needs_evidence`,
    `goods_are_the_customers`, `found_cause_required`, `clause_required` or `unknown_photo`.
    """
    async with transaction():
        case = await load_case(number)
        if case.appeal.upheld:
            await require_other_inspector(number, actor=actor)
        case.require_version(expected_version)
        case.require(Action.INSPECT)
        _refuse_unfit(case, lines, policy)
        await require_photos(
            {f"/lines/{place}/photo_ids": line.photo_ids for place, line in enumerate(lines)},
            order_number=case.order_number,
            staff=True,
        )
        spread = _spread(case, lines)
        stands = await hold_rejections(case, spread, policy=policy, actor=actor, now=now)
        inspection = None
        if stands:
            inspection = await keep_verdicts(case, stands, person=actor.person, now=now)
        following = Following(case)
        await propose_refund(case, policy=policy, now=now, inspector=actor.person)
        if inspection is not None:
            await following.keep(case, inspection)
        await save_case(case, actor=actor, now=now)


def _refuse_unfit(case: ReturnCase, lines: Sequence[InspectedUnits], policy: Policy) -> None:
    faults = [
        fault
        for place, line in enumerate(lines)
        for fault in _faults(case, f"/lines/{place}", line)
    ]
    faults += [
        FieldRefusal(
            pointer=f"/lines/{place}/clause",
            code="clause_required",
            detail=f"The policy has no clause {line.clause}.",
        )
        for place, line in enumerate(lines)
        if line.clause is not None and line.clause not in policy.clauses
    ]
    if faults:
        raise Unprocessable(faults[0].code, faults[0].detail, *faults)


def _faults(case: ReturnCase, pointer: str, line: InspectedUnits) -> list[FieldRefusal]:
    faults = []
    if not case.lines_of(line.line_id):
        faults.append(_fault(pointer, "line_id", "not_in_return"))
    if line.verdict == InspectionVerdict.REJECTED:
        if not line.note or not line.note.strip():
            faults.append(_fault(pointer, "note", "rejection_needs_evidence"))
        if not line.photo_ids:
            faults.append(_fault(pointer, "photo_ids", "rejection_needs_evidence"))
        if line.disposition not in CUSTOMERS_GOODS:
            faults.append(_fault(pointer, "disposition", "goods_are_the_customers"))
    elif line.disposition == Disposition.SEND_BACK:
        faults.append(_fault(pointer, "disposition", "accepted_goods_stay"))
    if case.kind == ReturnKind.WARRANTY and line.found_cause is None:
        faults.append(_fault(pointer, "found_cause", "found_cause_required"))
    return faults


_DETAILS = {
    "not_in_return": "This line is not in the return.",
    "exceeds_received": "There are not so many units of this line without a verdict.",
    "rejection_needs_evidence": "A rejection needs a note and a photo that the customer can see.",
    "goods_are_the_customers": (
        "A rejected unit is still the customer's: quarantine it or send it back."
    ),
    "accepted_goods_stay": "What is accepted stays here; reject what goes back to the customer.",
    "found_cause_required": "Say what caused the failure; the warranty depends on it.",
}


def _fault(pointer: str, field: str, code: str) -> FieldRefusal:
    return FieldRefusal(pointer=f"{pointer}/{field}", code=code, detail=_DETAILS[code])


def _spread(case: ReturnCase, lines: Sequence[InspectedUnits]) -> Spread:
    """Spread the verdicts over the return's entries, and count them."""
    spread: Spread = []
    for place, line in enumerate(lines):
        left = line.quantity
        for entry in case.lines_of(line.line_id):
            units = min(left, entry.at_the_bench)
            if units:
                entry.add(line.verdict, units)
                spread.append((entry, units, line))
                left -= units
        if left:
            fault = _fault(f"/lines/{place}", "quantity", "exceeds_received")
            raise Unprocessable(fault.code, fault.detail, fault)
    return spread


_KEEP = """
WITH sitting AS (
    INSERT INTO inspections (return_id, inspected_at, inspected_by) VALUES ($1, $2, $3)
    RETURNING id
)
INSERT INTO inspection_lines (inspection, return_line, quantity, checks, grade, found_cause,
                              verdict, disposition, note, photo_ids, clause)
SELECT sitting.id, found.* FROM sitting, unnest(
    $4::int[], $5::int[], $6::jsonb[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::text[], $12::jsonb[], $13::text[]) AS found
RETURNING inspection
"""


async def keep_verdicts(
    case: ReturnCase, spread: Spread, *, person: int | None, now: datetime
) -> int:
    """Write verdicts down as those of `person`, and tell the customer; they are counted already.

    Returns the row id of the sitting.
    """
    found = [line for _, _, line in spread]
    kept: int = await connection().fetchval(
        _KEEP,
        case.id,
        now,
        person,
        [entry.id for entry, _, _ in spread],
        [units for _, units, _ in spread],
        [json.dumps(dict(line.checks)) for line in found],
        [line.grade for line in found],
        [line.found_cause for line in found],
        [line.verdict for line in found],
        [line.disposition for line in found],
        [line.note for line in found],
        [json.dumps(list(line.photo_ids)) for line in found],
        [line.clause for line in found],
    )
    _tell(case, spread, now)
    return kept


def _tell(case: ReturnCase, spread: Spread, now: datetime) -> None:
    record = [
        {
            "line_id": entry.line_id,
            "quantity": units,
            "verdict": line.verdict,
            "grade": line.grade,
            "found_cause": line.found_cause,
            "disposition": line.disposition,
            "checks": dict(line.checks),
            "photo_ids": list(line.photo_ids),
            **({} if line.clause is None else {"clause": line.clause}),
        }
        for entry, units, line in spread
    ]
    case.record(NewEvent(type="lines.inspected", data={"lines": record}))
    words = [
        {
            "line_id": entry.line_id,
            "quantity": units,
            "verdict": line.verdict,
            "note": line.note if line.verdict == InspectionVerdict.REJECTED else None,
            "clause": line.clause if line.verdict == InspectionVerdict.REJECTED else None,
        }
        for entry, units, line in spread
    ]
    case.tell("inspection_result", {"lines": words}, now)
