"""Plan to send the same thing again, for units that were accepted."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import uuid4

from returns_engine.queries.rows import loaded
from returns_engine.rules.eligibility.warranty_end import warranty_end
from returns_engine.rules.facts import OrderFacts
from returns_engine.rules.lifecycle.replacement_states import INITIAL
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import ReturnKind
from returns_engine.tables.engine import connection
from returns_engine.tables.replacements import Replacement
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import ReturnCase
from returns_engine.workflow.valued_units import ValuedUnits


async def plan_replacements(
    case: ReturnCase,
    units: Sequence[ValuedUnits],
    *,
    order: OrderFacts,
    policy: Policy,
    now: datetime,
) -> None:
    """Plan a replacement for each of `units`, which the caller has counted as proposed.

    A replacement has no price. What its units are worth is kept nevertheless: it goes back should
    the replacement be cancelled, to the cent, whatever was refunded meanwhile.
    """
    if not units:
        return
    ends = await _warranty_ends(case, units, order, policy)
    planned = [
        Replacement(
            id=uuid4(),
            return_=case.id,
            return_line=one.line.id,
            quantity=one.quantity,
            items=one.amount.items,
            tax=one.amount.tax,
            shipping=one.amount.shipping,
            warranty_until=ends[one.line.id],
            planned_at=now,
        )
        for one in units
    ]
    await Replacement.insert(*planned)
    for one, replacement in zip(units, planned, strict=True):
        case.replacements[replacement.id] = INITIAL
        data: dict[str, object] = {
            "replacement_id": str(replacement.id),
            "line_id": one.line.line_id,
            "quantity": one.quantity,
        }
        if replacement.warranty_until is not None:
            data["warranty_until"] = replacement.warranty_until.isoformat()
        case.record(NewEvent(type="replacement.planned", to_state=str(INITIAL), data=data))


async def _warranty_ends(
    case: ReturnCase, units: Sequence[ValuedUnits], order: OrderFacts, policy: Policy
) -> Mapping[int, date | None]:
    """Return the last day of the warranty of what is replaced, by return line."""
    if case.kind == ReturnKind.DELIVERY_PROBLEM:
        # What never came has no warranty that could have begun.
        return {one.line.id: None for one in units}
    ids = [one.line.id for one in units]
    found = await connection().fetch(
        "SELECT id, taken FROM return_lines WHERE id = ANY($1::int[])", ids
    )
    taken = {row["id"]: loaded(row["taken"]) for row in found}
    lines = {line.line_id: line for line in order.lines}
    return {
        one.line.id: warranty_end(
            order,
            lines[one.line.line_id],
            [parcel["shipment_id"] for parcel in taken[one.line.id]],
            policy,
        )
        for one in units
    }
