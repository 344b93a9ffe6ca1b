"""What customer and reviewer do to a return; each answers with the return as it then stands."""

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from returns_engine.documents.request import OverrideDocument
from returns_engine.rules.words import Scope
from returns_engine.web.api.bodies import (
    AnswerBody,
    InquiryBody,
    MessageBody,
    Nothing,
    ReasonBody,
    TrackingBody,
)
from returns_engine.web.api.call import Call
from returns_engine.web.api.endpoint import does
from returns_engine.web.api.reading import BAD_CONTENT, Shape
from returns_engine.web.api.shapes.returns import Return
from returns_engine.web.api.visible import require_return, return_answer
from returns_engine.web.who import customer_or, needs
from returns_engine.workflow.ask_carrier import ask_carrier
from returns_engine.workflow.hear_appeal import require_other_person
from returns_engine.workflow.renew_label import renew_label
from returns_engine.workflow.review_return import (
    answer_request,
    approve_return,
    decline_return,
    request_info,
    withdraw_return,
)
from returns_engine.workflow.set_rules_aside import override_rules
from returns_engine.workflow.set_tracking import set_tracking
from returns_engine.workflow.void_label import void_label

_THEIRS = customer_or(Scope.RETURNS_WRITE)
_REVIEW = needs(Scope.RETURNS_REVIEW)


@does(
    "/returns/{number:str}/withdraw",
    _THEIRS,
    takes=Nothing,
    answers=Return,
    refuses=("transition_not_allowed",),
)
async def withdraw(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Take a request back before anything arrived."""
    await require_return(number, call.caller)
    version = call.expected_version()
    await call.read(Nothing)
    await withdraw_return(number, actor=call.actor, now=call.now, expected_version=version)
    return await return_answer(number, call.caller)


@does(
    "/returns/{number:str}/tracking",
    _THEIRS,
    takes=TrackingBody,
    answers=Return,
    refuses=("transition_not_allowed", "tracking_number_impossible"),
)
async def track(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Tell the tracking number of the parcel that comes back."""
    await require_return(number, call.caller)
    version = call.expected_version()
    body = await call.read(TrackingBody)
    await set_tracking(
        number,
        carrier=body.carrier,
        tracking_number=body.tracking_number,
        actor=call.actor,
        now=call.now,
        expected_version=version,
    )
    return await return_answer(number, call.caller)


@does(
    "/returns/{number:str}/renew-label",
    _THEIRS,
    takes=Nothing,
    answers=Return,
    refuses=("transition_not_allowed", "exceeds_returnable"),
)
async def renew(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Ask for a new label where the last one was not used in time; it follows by mail."""
    await require_return(number, call.caller)
    version = call.expected_version()
    await call.read(Nothing)
    await renew_label(number, actor=call.actor, now=call.now, expected_version=version)
    return await return_answer(number, call.caller)


@does(
    "/returns/{number:str}/answer",
    _THEIRS,
    takes=AnswerBody,
    answers=Return,
    refuses=("transition_not_allowed", "unknown_photo", "too_many_photos"),
)
async def answer(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Answer what was asked; a person looks again."""
    await require_return(number, call.caller)
    version = call.expected_version()
    body = await call.read(AnswerBody)
    await answer_request(
        number,
        message=body.message,
        photo_ids=body.photo_ids,
        actor=call.actor,
        now=call.now,
        expected_version=version,
    )
    return await return_answer(number, call.caller)


async def _read(call: Call, number: str, shape: type[Shape]) -> tuple[Shape, int | None]:
    """Return body and version meant; who may not hear the appeal is told so before either."""
    try:
        return await call.read(shape), call.expected_version()
    except BAD_CONTENT:
        await require_other_person(number, actor=call.actor)
        raise


@does(
    "/returns/{number:str}/approve",
    _REVIEW,
    takes=Nothing,
    answers=Return,
    refuses=("same_person", "transition_not_allowed", "customer_chooses", "shipped_meanwhile"),
)
async def approve(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Approve what was looked at."""
    await require_return(number, call.caller)
    _, version = await _read(call, number, Nothing)
    await approve_return(
        number,
        policy=call.services.policy,
        actor=call.actor,
        now=call.now,
        expected_version=version,
    )
    return await return_answer(number, call.caller)


@does(
    "/returns/{number:str}/decline",
    _REVIEW,
    takes=ReasonBody,
    answers=Return,
    refuses=("same_person", "transition_not_allowed", "customer_chooses"),
)
async def decline(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Decline, in words the customer reads."""
    await require_return(number, call.caller)
    body, version = await _read(call, number, ReasonBody)
    await decline_return(
        number, reason=body.reason, actor=call.actor, now=call.now, expected_version=version
    )
    return await return_answer(number, call.caller)


@does(
    "/returns/{number:str}/request-info",
    _REVIEW,
    takes=MessageBody,
    answers=Return,
    refuses=("same_person", "transition_not_allowed"),
)
async def ask_for_info(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Ask the customer something."""
    await require_return(number, call.caller)
    body, version = await _read(call, number, MessageBody)
    await request_info(
        number, message=body.message, actor=call.actor, now=call.now, expected_version=version
    )
    return await return_answer(number, call.caller)


@does(
    "/returns/{number:str}/override",
    _REVIEW,
    takes=OverrideDocument,
    answers=Return,
    refuses=("same_person", "transition_not_allowed", "not_in_return", "nothing_to_set_aside"),
)
async def override(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Set a rule aside for one line; the return stays in review until it is approved."""
    await require_return(number, call.caller)
    body, version = await _read(call, number, OverrideDocument)
    await override_rules(
        number,
        overrides=[body],
        actor=call.actor,
        now=call.now,
        expected_version=version,
    )
    return await return_answer(number, call.caller)


@does(
    "/returns/{number:str}/carrier-inquiry",
    _REVIEW,
    takes=InquiryBody,
    answers=Return,
    refuses=("transition_not_allowed",),
)
async def inquire(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Note that the carrier was asked about a parcel, in words the customer reads."""
    await require_return(number, call.caller)
    version = call.expected_version()
    body = await call.read(InquiryBody)
    await ask_carrier(
        number, note=body.note, actor=call.actor, now=call.now, expected_version=version
    )
    return await return_answer(number, call.caller)


@does(
    "/returns/{number:str}/void-label",
    _REVIEW,
    takes=ReasonBody,
    answers=Return,
    refuses=("transition_not_allowed",),
)
async def void(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Make a label void that no parcel was sent under; another follows by mail."""
    await require_return(number, call.caller)
    version = call.expected_version()
    body = await call.read(ReasonBody)
    await void_label(
        number, reason=body.reason, actor=call.actor, now=call.now, expected_version=version
    )
    return await return_answer(number, call.caller)


RETURN_ACTIONS = [
    withdraw,
    track,
    renew,
    answer,
    approve,
    decline,
    ask_for_info,
    override,
    inquire,
    void,
]
