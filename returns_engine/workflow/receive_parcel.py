"""A parcel has arrived: count what was in it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.actions import Action, allowed
from returns_engine.rules.lifecycle.headline import Headline, headline
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.permission import PermissionEvent
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.case_line import CaseLine
from returns_engine.workflow.free_units import require_free
from returns_engine.workflow.parcel_file import parcel_named, save_parcel
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import FieldRefusal, Unprocessable
from returns_engine.workflow.return_case import ReturnCase, load_case, save_case


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedUnits:
    """Units of one order line that a parcel held."""

    line_id: str
    quantity: int


async def receive_parcel(
    number: str,
    *,
    lines: Sequence[ReceivedUnits],
    parcel_reference: str | None,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Take a parcel in; several add up. One that comes after its label expired counts as late.

    Where `parcel_reference` is the number of a parcel nobody announced, that parcel is counted in.
    Raises Unprocessable `not_in_return`, `exceeds_expected`, `parcel_not_matched`, or
    `exceeds_returnable` where another return took the units after this one expired; and
    TransitionNotAllowed where the return takes nothing in (a parcel for such a return goes to
    quarantine).
    """
    async with transaction():
        case = await load_case(number, expected_version=expected_version)
        _require_open(case)
        parcel = await parcel_named(parcel_reference, return_id=case.id)
        if case.headline is Headline.EXPIRED:
            await require_free(case, instead="take the parcel in under that one")
            case.permit(PermissionEvent.REVIVE, NewEvent(type="return.revived", reason="late"))
            case.values["late"] = True
        counted = count_in(case, [(line.line_id, line.quantity) for line in lines])
        await _keep_receipt(case, counted, parcel_reference, actor, now)
        case.values["last_received_at"] = now
        data = {"lines": [{"line_id": one.line_id, "quantity": units} for one, units in counted]}
        case.record(NewEvent(type="parcel.received", data=data))
        if parcel is None or parcel.told_at is None or parcel.counted_at is not None:
            case.tell("parcel_received", data, now)
        await save_case(case, actor=actor, now=now)
        if parcel is not None and parcel.counted_at is None:
            event = NewEvent(type="parcel.counted", data={"return_number": case.number, **data})
            await save_parcel(parcel, {"counted_at": now}, event, actor=actor, now=now)


def _require_open(case: ReturnCase) -> None:
    """Raise TransitionNotAllowed where the return takes nothing in, and say where it goes then."""
    state = headline(case.facts())
    if not allowed(Action.RECEIVE, state, case.facts()):
        raise TransitionNotAllowed(state, Action.RECEIVE, instead=_INSTEAD)


_INSTEAD = "take it in as a parcel nobody announced, under /parcels"


def count_in(case: ReturnCase, units: Sequence[tuple[str, int]]) -> list[tuple[CaseLine, int]]:
    """Spread what arrived over the return's entries of each line, first asked first filled."""
    faults: list[FieldRefusal] = []
    spread: Counter[int] = Counter()
    for place, (line_id, quantity) in enumerate(units):
        entries = case.lines_of(line_id)
        if not entries:
            faults.append(_fault(place, "line_id", "not_in_return", line_id))
            continue
        left = quantity
        for entry in entries:
            taken = min(left, entry.outstanding)
            entry.add("received", taken)
            spread[entry.id] += taken
            left -= taken
        if left:
            faults.append(_fault(place, "quantity", "exceeds_expected", line_id))
    if faults:
        raise Unprocessable(faults[0].code, faults[0].detail, *faults)
    return [(line, spread[line.id]) for line in case.lines if spread[line.id]]


_DETAILS = {
    "not_in_return": "Line {} is not in this return; take it in as a parcel nobody announced.",
    "exceeds_expected": "More of line {} arrived than the return still expects; take the rest in"
    " as a parcel nobody announced.",
}


def _fault(place: int, field: str, code: str, line_id: str) -> FieldRefusal:
    return FieldRefusal(
        pointer=f"/lines/{place}/{field}", code=code, detail=_DETAILS[code].format(line_id)
    )


_KEEP = """
WITH arrival AS (
    INSERT INTO receipts (return_id, parcel_reference, received_at, received_by)
    VALUES ($1, $2, $3, $4) RETURNING id
)
INSERT INTO receipt_lines (receipt, return_line, quantity)
SELECT arrival.id, held.* FROM arrival, unnest($5::int[], $6::int[]) AS held
"""


async def _keep_receipt(
    case: ReturnCase,
    counted: list[tuple[CaseLine, int]],
    parcel_reference: str | None,
    actor: Actor,
    now: datetime,
) -> None:
    await connection().execute(
        _KEEP,
        case.id,
        parcel_reference,
        now,
        actor.person,
        [line.id for line, _ in counted],
        [units for _, units in counted],
    )
