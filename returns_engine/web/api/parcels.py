"""Parcels nobody announced: taken in, listed, matched, sent back (46)."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from returns_engine.queries.parcels import list_parcels, read_parcel, read_quarantine_label
from returns_engine.rules.lifecycle.parcel_states import ParcelState
from returns_engine.rules.words import Scope
from returns_engine.web.answers import address_of, json_answer, pdf_answer, resource
from returns_engine.web.api.bodies import Nothing
from returns_engine.web.api.call import Call
from returns_engine.web.api.endpoint import PDF, does, reads
from returns_engine.web.api.parcel_bodies import (
    AskBody,
    FoundParcelBody,
    MatchBody,
    ParcelBackBody,
)
from returns_engine.web.api.shapes.warehouse import Parcel, ParcelList
from returns_engine.web.api.visible import refuse_bad_units
from returns_engine.web.who import needs
from returns_engine.workflow.ask_for_return import ask_for_return
from returns_engine.workflow.match_parcel import match_parcel, release_parcel
from returns_engine.workflow.parcel_file import require_parcel
from returns_engine.workflow.receive_parcel import ReceivedUnits
from returns_engine.workflow.refusals import Conflict, NotFound
from returns_engine.workflow.send_parcel_back import send_parcel_back
from returns_engine.workflow.take_in_parcel import FoundParcel, take_in_parcel

# Litestar keeps the name `state` for itself.
State = Annotated[ParcelState | None, QueryParameter(name="state")]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]
_RECEIVING = needs(Scope.RECEIVING_WRITE)
_LIST = "parcels"


@does(
    "/parcels",
    _RECEIVING,
    takes=FoundParcelBody,
    status=201,
    answers=Parcel,
    refuses=("unknown_photo", "too_many_photos", "nothing_said", "unknown_return"),
    versioned=False,
)
async def take_in(call: NamedDependency[Call]) -> Response[bytes]:
    """Put a parcel nobody announced into quarantine."""
    call.refuse_version()
    body = await call.read(FoundParcelBody)
    found = FoundParcel(
        tracking_number=body.tracking_number,
        sender=body.sender,
        contents=body.contents,
        note=body.note,
        photo_ids=body.photo_ids or (),
        came_with=body.came_with,
    )
    parcel_id = await take_in_parcel(found, actor=call.actor, now=call.now)
    return await _answer(call, parcel_id, made=True)


@reads("/parcels", _RECEIVING, answers=ParcelList)
async def get_parcels(
    call: NamedDependency[Call],
    *,
    in_state: State = None,
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Response[bytes]:
    """List parcels nobody announced, oldest first, without their suggestions."""
    cursors = call.cursors(_LIST, state=in_state)
    page = await list_parcels(
        state=None if in_state is None else str(in_state),
        limit=limit,
        cursor=cursors.read(cursor),
    )
    return json_answer({"items": page.items, "next_cursor": cursors.write(page.next_place)})


@reads("/parcels/{parcel_id:str}", _RECEIVING, answers=Parcel)
async def get_parcel(call: NamedDependency[Call], parcel_id: FromPath[str]) -> Response[bytes]:
    """Show a parcel; while it waits, with whose it may be and why."""
    return await _answer(call, _id_of(parcel_id))


@reads("/parcels/{parcel_id:str}/label.pdf", _RECEIVING, answers=PDF, refuses=("label_not_ready",))
async def get_label(parcel_id: FromPath[str]) -> Response[bytes]:
    """Return the quarantine label."""
    known = _id_of(parcel_id)
    await require_parcel(known)
    pdf = await read_quarantine_label(known)
    if pdf is None:
        raise Conflict("label_not_ready", "The label is being printed; ask again in a moment.")
    return pdf_answer(pdf, f"{known}.pdf")


@does(
    "/parcels/{parcel_id:str}/match",
    _RECEIVING,
    takes=MatchBody,
    answers=Parcel,
    refuses=(
        "transition_not_allowed",
        "no_lines",
        "quantity_below_1",
        "too_many_units",
        "not_in_return",
        "exceeds_expected",
        "parcel_not_matched",
        "exceeds_returnable",
    ),
)
async def match(call: NamedDependency[Call], parcel_id: FromPath[str]) -> Response[bytes]:
    """Match a parcel to a return that takes goods in."""
    known = _id_of(parcel_id)
    await require_parcel(known)
    version = call.expected_version()
    body = await call.read(MatchBody)
    if body.lines is not None:
        refuse_bad_units(body.lines)
    await match_parcel(
        known,
        return_number=body.return_number,
        lines=[
            ReceivedUnits(line_id=one.line_id, quantity=one.quantity) for one in body.lines or ()
        ],
        actor=call.actor,
        now=call.now,
        expected_version=version,
    )
    return await _answer(call, known)


@does(
    "/parcels/{parcel_id:str}/release",
    _RECEIVING,
    takes=Nothing,
    answers=Parcel,
    refuses=("transition_not_allowed", "parcel_matched_anew", "parcel_counted_in"),
)
async def release(call: NamedDependency[Call], parcel_id: FromPath[str]) -> Response[bytes]:
    """Take a wrong match back, as long as nothing was counted in."""
    known = _id_of(parcel_id)
    await require_parcel(known)
    version = call.expected_version()
    await call.read(Nothing)
    await release_parcel(known, actor=call.actor, now=call.now, expected_version=version)
    return await _answer(call, known)


@does(
    "/parcels/{parcel_id:str}/send-back",
    _RECEIVING,
    takes=ParcelBackBody,
    answers=Parcel,
    refuses=("transition_not_allowed", "tracking_number_impossible"),
)
async def send_back(call: NamedDependency[Call], parcel_id: FromPath[str]) -> Response[bytes]:
    """Record that a parcel in quarantine was sent back."""
    known = _id_of(parcel_id)
    await require_parcel(known)
    version = call.expected_version()
    body = await call.read(ParcelBackBody)
    await send_parcel_back(
        known,
        carrier=body.carrier,
        tracking_number=body.tracking_number,
        order_number=body.order_number,
        actor=call.actor,
        now=call.now,
        expected_version=version,
    )
    return await _answer(call, known)


@does(
    "/parcels/{parcel_id:str}/ask",
    _RECEIVING,
    takes=AskBody,
    answers=Parcel,
    refuses=("transition_not_allowed", "already_asked", "no_address"),
)
async def ask(call: NamedDependency[Call], parcel_id: FromPath[str]) -> Response[bytes]:
    """Ask the customer of an order to request a return for a parcel."""
    known = _id_of(parcel_id)
    await require_parcel(known)
    version = call.expected_version()
    body = await call.read(AskBody)
    await ask_for_return(
        known,
        order_number=body.order_number,
        actor=call.actor,
        now=call.now,
        expected_version=version,
    )
    return await _answer(call, known)


def _id_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("parcel") from None


async def _answer(call: Call, parcel_id: UUID, *, made: bool = False) -> Response[bytes]:
    found = await read_parcel(parcel_id, country=call.services.policy.home_country)
    if found is None:
        raise NotFound("parcel")
    return resource(found, made_at=address_of("parcels", str(parcel_id)) if made else None)


PARCELS = [take_in, get_parcels, get_parcel, get_label, match, release, send_back, ask]
