"""Replacements: listed, shown, and moved on until they have arrived."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from returns_engine.queries.replacements import list_replacements, read_replacement
from returns_engine.rules.lifecycle.replacement_states import ReplacementState
from returns_engine.rules.words import Scope
from returns_engine.web.answers import json_answer, resource
from returns_engine.web.api.bodies import (
    AwaitStockBody,
    ExternalOrderBody,
    Nothing,
    ReasonBody,
    TrackingBody,
)
from returns_engine.web.api.call import Call
from returns_engine.web.api.endpoint import does, reads
from returns_engine.web.api.shapes.replacements import Replacement, ReplacementList
from returns_engine.web.api.visible import replacement_id_of
from returns_engine.web.who import needs
from returns_engine.workflow.cancel_replacement import cancel_replacement
from returns_engine.workflow.refusals import NotFound
from returns_engine.workflow.replace_item import (
    await_stock,
    deliver_replacement,
    order_replacement,
    ship_replacement,
)
from returns_engine.workflow.replacement_file import require_replacement

# Litestar keeps the name `state` for itself.
State = Annotated[ReplacementState | None, QueryParameter(name="state")]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]
_REVIEW = needs(Scope.RETURNS_REVIEW)
_LIST = "replacements"


@reads("/replacements", _REVIEW, answers=ReplacementList)
async def get_replacements(
    call: NamedDependency[Call],
    *,
    in_state: State = None,
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Response[bytes]:
    """List replacements, newest first."""
    cursors = call.cursors(_LIST, state=in_state)
    place = cursors.read(cursor)
    page = await list_replacements(
        states=None if in_state is None else [in_state],
        limit=limit,
        after=None if place is None else UUID(place),
    )
    return json_answer({"items": page.items, "next_cursor": cursors.write(page.next_place)})


@reads("/replacements/{replacement_id:str}", _REVIEW, answers=Replacement)
async def get_replacement(replacement_id: FromPath[str]) -> Response[bytes]:
    """Show a replacement."""
    return await _answer(replacement_id_of(replacement_id))


async def _known(text: str) -> UUID:
    """Return the id in an address; 404 comes before what is wrong with body or version."""
    replacement_id = replacement_id_of(text)
    await require_replacement(replacement_id)
    return replacement_id


async def _answer(replacement_id: UUID) -> Response[bytes]:
    found = await read_replacement(replacement_id)
    if found is None:
        raise NotFound("replacement")
    return resource(found)


@does(
    "/replacements/{replacement_id:str}/await-stock",
    _REVIEW,
    takes=AwaitStockBody,
    answers=Replacement,
    refuses=("transition_not_allowed", "expected_in_the_past"),
)
async def await_one(call: NamedDependency[Call], replacement_id: FromPath[str]) -> Response[bytes]:
    """Say that it is out of stock, and when it comes in if that is known."""
    known = await _known(replacement_id)
    version, body = call.expected_version(), await call.read(AwaitStockBody)
    await await_stock(
        known,
        expected_on=body.expected_on,
        policy=call.services.policy,
        actor=call.actor,
        now=call.now,
        expected_version=version,
    )
    return await _answer(known)


@does(
    "/replacements/{replacement_id:str}/order",
    _REVIEW,
    takes=ExternalOrderBody,
    answers=Replacement,
    refuses=("same_person", "transition_not_allowed", "own_order"),
)
async def order_one(call: NamedDependency[Call], replacement_id: FromPath[str]) -> Response[bytes]:
    """Write down the order under which the shop sends it."""
    known = await _known(replacement_id)
    version, body = call.expected_version(), await call.read(ExternalOrderBody)
    await order_replacement(
        known,
        external_order=body.external_order,
        policy=call.services.policy,
        actor=call.actor,
        now=call.now,
        expected_version=version,
    )
    return await _answer(known)


@does(
    "/replacements/{replacement_id:str}/ship",
    _REVIEW,
    takes=TrackingBody,
    answers=Replacement,
    refuses=("transition_not_allowed", "tracking_number_impossible"),
)
async def ship_one(call: NamedDependency[Call], replacement_id: FromPath[str]) -> Response[bytes]:
    """Say under which tracking number it left."""
    known = await _known(replacement_id)
    version, body = call.expected_version(), await call.read(TrackingBody)
    await ship_replacement(
        known,
        carrier=body.carrier,
        tracking_number=body.tracking_number,
        actor=call.actor,
        now=call.now,
        expected_version=version,
    )
    return await _answer(known)


@does(
    "/replacements/{replacement_id:str}/deliver",
    _REVIEW,
    takes=Nothing,
    answers=Replacement,
    refuses=("transition_not_allowed",),
)
async def deliver_one(
    call: NamedDependency[Call], replacement_id: FromPath[str]
) -> Response[bytes]:
    """Say that it has arrived."""
    known = await _known(replacement_id)
    version = call.expected_version()
    await call.read(Nothing)
    await deliver_replacement(known, actor=call.actor, now=call.now, expected_version=version)
    return await _answer(known)


@does(
    "/replacements/{replacement_id:str}/cancel",
    _REVIEW,
    takes=ReasonBody,
    answers=Replacement,
    refuses=("transition_not_allowed",),
)
async def cancel_one(call: NamedDependency[Call], replacement_id: FromPath[str]) -> Response[bytes]:
    """Give it up in words the customer reads; the refund of its units is proposed."""
    known = await _known(replacement_id)
    version, body = call.expected_version(), await call.read(ReasonBody)
    await cancel_replacement(
        known,
        reason=body.reason,
        policy=call.services.policy,
        actor=call.actor,
        now=call.now,
        expected_version=version,
    )
    return await _answer(known)


REPLACEMENTS = [
    get_replacements,
    get_replacement,
    await_one,
    order_one,
    ship_one,
    deliver_one,
    cancel_one,
]
