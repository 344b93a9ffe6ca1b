"""A parcel nobody announced turns out to be a return's: link it, and count it in where told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.actions import Action
from returns_engine.rules.lifecycle.parcel_states import ParcelEvent
from returns_engine.rules.rma_number import normalize_rma_number
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.parcel_file import (
    ParcelFile,
    load_parcel,
    require_parcel,
    save_parcel,
)
from returns_engine.workflow.receive_parcel import ReceivedUnits, receive_parcel
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import Conflict
from returns_engine.workflow.return_case import (
    ReturnCase,
    load_case,
    load_case_by_id,
    save_case,
)


async def match_parcel(
    parcel_id: UUID,
    *,
    return_number: str,
    lines: Sequence[ReceivedUnits] = (),
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Match a parcel to a return that takes goods in (46); its units count when they are counted.

    With `lines` they are, in the same transaction, as a receipt under the parcel's number; without
    them the bench does it next. The customer hears of the arrival once either way. Raises NotFound,
    TransitionNotAllowed for a parcel that does not wait or a return that takes nothing in, and
    what `receive_parcel` refuses.
    """
    async with transaction():
        await require_parcel(parcel_id)
        case = await load_case(normalize_rma_number(return_number) or return_number)
        parcel = await load_parcel(parcel_id, expected_version=expected_version)
        after = parcel.after(ParcelEvent.MATCH)
        case.require(Action.RECEIVE)
        data = {"parcel": parcel.number}
        case.record(NewEvent(type="parcel.matched", data=data))
        if not lines:
            case.tell("parcel_matched", data, now)
        await save_case(case, actor=actor, now=now)
        values = {
            "state": str(after),
            "return_": case.id,
            "order": case.order,
            "matched_at": now,
            "matched_by": actor.person,
            "told_at": None if lines else now,
        }
        event = _moved("parcel.matched", parcel, str(after), case)
        await save_parcel(parcel, values, event, actor=actor, now=now)
        await _give_photos(parcel, case.order)
        if lines:
            await receive_parcel(
                case.number, lines=lines, parcel_reference=parcel.number, actor=actor, now=now
            )


async def release_parcel(
    parcel_id: UUID, *, actor: Actor, now: datetime, expected_version: int | None = None
) -> None:
    """Take a wrong match back: the parcel lies in quarantine again, and the customer is told so.

    Raises TransitionNotAllowed for one that is not matched, and Conflict `parcel_counted_in` once
    its units were counted: these have a life of their own.
    """
    async with transaction():
        return_id = await require_parcel(parcel_id)
        case = None if return_id is None else await load_case_by_id(return_id)
        parcel = await load_parcel(parcel_id, expected_version=expected_version)
        after = parcel.after(ParcelEvent.RELEASE)
        if case is None or parcel.return_id != case.id:
            raise Conflict("parcel_matched_anew", "It was matched meanwhile: read it again.")
        if parcel.counted_at is not None:
            raise Conflict("parcel_counted_in", "What was in it was counted in under its return.")
        data = {"parcel": parcel.number}
        case.record(NewEvent(type="parcel.released", data=data))
        if parcel.told_at is not None:
            case.tell("parcel_released", data, now)
        await save_case(case, actor=actor, now=now)
        values = {
            "state": str(after),
            "return_": None,
            "order": None,
            "matched_at": None,
            "matched_by": None,
            "told_at": None,
        }
        event = _moved("parcel.released", parcel, str(after), case)
        await save_parcel(parcel, values, event, actor=actor, now=now)
        await _give_photos(parcel, None)


def _moved(what: str, parcel: ParcelFile, after: str, case: ReturnCase) -> NewEvent:
    return NewEvent(
        type=what,
        from_state=str(parcel.state),
        to_state=after,
        data={"return_number": case.number},
    )


async def _give_photos(parcel: ParcelFile, order: int | None) -> None:
    """Let the photos belong to the order whose parcel it is: they are erased with its data."""
    if parcel.photo_ids:
        await connection().execute(
            'UPDATE photos SET "order" = $1 WHERE id = ANY($2::uuid[])', order, parcel.photo_ids
        )
