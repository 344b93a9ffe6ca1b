"""What goes on top for our fault: listed, decided above the caps, and given."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from returns_engine.queries.compensations import list_compensations, read_compensation
from returns_engine.rules.lifecycle.compensation_states import CompensationState
from returns_engine.rules.words import Scope
from returns_engine.web.answers import json_answer, resource
from returns_engine.web.api.bodies import GivenBody, Nothing, ReasonBody
from returns_engine.web.api.call import Call
from returns_engine.web.api.endpoint import does, reads
from returns_engine.web.api.reading import BAD_CONTENT, Shape
from returns_engine.web.api.shapes.refunds import Compensation, CompensationList
from returns_engine.web.who import needs
from returns_engine.workflow.compensation_file import require_another
from returns_engine.workflow.decide_compensation import (
    approve_compensation,
    give_compensation,
    refuse_compensation,
)
from returns_engine.workflow.refusals import NotFound

# Litestar keeps the name `state` for itself.
State = Annotated[CompensationState | None, QueryParameter(name="state")]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]
_READ = needs(Scope.REFUNDS_READ, Scope.RETURNS_REVIEW)
_APPROVE = needs(Scope.REFUNDS_APPROVE)
_GIVE = needs(Scope.RETURNS_REVIEW)
_LIST = "compensations"


@reads("/compensations", _READ, answers=CompensationList)
async def get_compensations(
    call: NamedDependency[Call],
    *,
    in_state: State = None,
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Response[bytes]:
    """List compensations, newest first."""
    cursors = call.cursors(_LIST, state=in_state)
    page = await list_compensations(
        state=None if in_state is None else str(in_state),
        limit=limit,
        cursor=cursors.read(cursor),
    )
    return json_answer({"items": page.items, "next_cursor": cursors.write(page.next_place)})


@reads("/compensations/{compensation_id:str}", _READ, answers=Compensation)
async def get_compensation(compensation_id: FromPath[str]) -> Response[bytes]:
    """Show a compensation."""
    return await _answer(_id_of(compensation_id))


@does(
    "/compensations/{compensation_id:str}/approve",
    _APPROVE,
    takes=Nothing,
    answers=Compensation,
    refuses=("same_person", "above_your_limit", "transition_not_allowed"),
)
async def approve_one(
    call: NamedDependency[Call], compensation_id: FromPath[str]
) -> Response[bytes]:
    """Approve what is above the caps; never by who inspected the return."""
    known = _id_of(compensation_id)
    _, version = await _read(call, known, Nothing)
    await approve_compensation(
        known,
        policy=call.services.policy,
        actor=call.actor,
        now=call.now,
        expected_version=version,
    )
    return await _answer(known)


@does(
    "/compensations/{compensation_id:str}/refuse",
    _APPROVE,
    takes=ReasonBody,
    answers=Compensation,
    refuses=("same_person", "transition_not_allowed"),
)
async def refuse_one(
    call: NamedDependency[Call], compensation_id: FromPath[str]
) -> Response[bytes]:
    """Refuse what is above the caps; the reason is for the record alone."""
    known = _id_of(compensation_id)
    body, version = await _read(call, known, ReasonBody)
    await refuse_compensation(
        known, reason=body.reason, actor=call.actor, now=call.now, expected_version=version
    )
    return await _answer(known)


@does(
    "/compensations/{compensation_id:str}/give",
    _GIVE,
    takes=GivenBody,
    answers=Compensation,
    refuses=("transition_not_allowed",),
)
async def give_one(call: NamedDependency[Call], compensation_id: FromPath[str]) -> Response[bytes]:
    """Record the coupon's code, or how the gift was sent; the customer gets a mail."""
    known = _id_of(compensation_id)
    if await read_compensation(known) is None:
        raise NotFound("compensation")
    version = call.expected_version()
    body = await call.read(GivenBody)
    await give_compensation(
        known, reference=body.reference, actor=call.actor, now=call.now, expected_version=version
    )
    return await _answer(known)


async def _read(call: Call, compensation_id: UUID, shape: type[Shape]) -> tuple[Shape, int | None]:
    """Return body and version meant; 404 and 403 come before what is wrong with them."""
    try:
        return await call.read(shape), call.expected_version()
    except BAD_CONTENT:
        await require_another(compensation_id, actor=call.actor)
        raise


async def _answer(compensation_id: UUID) -> Response[bytes]:
    found = await read_compensation(compensation_id)
    if found is None:
        raise NotFound("compensation")
    return resource(found)


def _id_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("compensation") from None


COMPENSATIONS = [get_compensations, get_compensation, approve_one, refuse_one, give_one]
