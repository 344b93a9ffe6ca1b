"""What would the policy say: asked without changing anything."""

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from returns_engine.documents.order_problems import moment_is_possible, order_problems
from returns_engine.rules.facts import OrderFacts
from returns_engine.rules.words import Scope
from returns_engine.web.answers import json_answer
from returns_engine.web.api.bodies import DecisionBody, MessageBody
from returns_engine.web.api.call import Call
from returns_engine.web.api.description.problem_codes import REFUSALS
from returns_engine.web.api.endpoint import does
from returns_engine.web.api.shapes.decisions import Decision
from returns_engine.web.api.shapes.returns import Return
from returns_engine.web.api.visible import (
    decision_id_of,
    require_decision,
    return_answer,
)
from returns_engine.web.problems import InvalidRequest, NotAllowed
from returns_engine.web.who import Caller, customer_or
from returns_engine.workflow.ask_a_person import ask_a_person
from returns_engine.workflow.judge_request import judge_request
from returns_engine.workflow.known_photos import photos_of, require_photos
from returns_engine.workflow.refusals import (
    FieldRefusal,
    NotFound,
    Unprocessable,
    refuse_field,
)

_REQUEST = "/request"


@does(
    "/decisions",
    customer_or(Scope.RETURNS_READ),
    takes=DecisionBody,
    answers=Decision,
    refuses=(
        "not_found",
        "inconsistent_order",
        "moment_out_of_range",
        "request_not_judged",
        "order_number_differs",
        "resolution_not_offered",
        "unknown_photo",
    ),
    versioned=False,
)
async def judge(call: NamedDependency[Call]) -> Response[bytes]:
    """Judge a request against an order we hold, or, for a program, one that it sends along."""
    call.refuse_version()
    body = await call.read(DecisionBody)
    order = _order_sent(body, call.caller)
    as_of = body.as_of or call.now
    if not moment_is_possible(as_of):
        raise refuse_field("moment_out_of_range", "This moment cannot be judged.", "/as_of")
    decision = await judge_request(
        body.request, policy=call.services.policy, as_of=as_of, order=order, within=_REQUEST
    )
    # The pages ask before there is any photo, so it is not the judging that asks for them.
    await require_photos(
        photos_of(body.request, _REQUEST),
        order_number=body.request.order_number,
        staff=not call.caller.is_customer,
    )
    return json_answer(decision)


@does(
    "/decisions/{decision_id:str}/ask-a-person",
    customer_or(Scope.RETURNS_WRITE),
    takes=MessageBody,
    status=201,
    answers=Return,
    refuses=(
        "transition_not_allowed",
        "request_not_judged",
        "already_asked",
        "not_refused",
        *REFUSALS,
    ),
    versioned=False,
)
async def ask(call: NamedDependency[Call], decision_id: FromPath[str]) -> Response[bytes]:
    """Let a person look at what the policy refused: the request is opened as a return in review."""
    known = decision_id_of(decision_id)
    await require_decision(known, call.caller)
    call.refuse_version()
    body = await call.read(MessageBody)
    number = await ask_a_person(
        known,
        message=body.message,
        actor=call.actor,
        policy=call.services.policy,
        now=call.now,
    )
    return await return_answer(number, call.caller, made=True)


def _order_sent(body: DecisionBody, caller: Caller) -> OrderFacts | None:
    """Return the order that was sent along, or None where it is one of ours."""
    if (body.order is None) == (body.order_number is None):
        raise InvalidRequest("invalid_request", "Send either order_number or order.")
    if body.order is None:
        if not caller.sees_order(body.order_number or ""):
            raise NotFound("order")
        if body.request.order_number != body.order_number:
            raise refuse_field(
                "order_number_differs",
                "The request names another order than the one it is judged against.",
                f"{_REQUEST}/order_number",
            )
        return None
    if not caller.is_program:
        raise NotAllowed("missing_scope", "Only a program may send an order along.")
    if problems := order_problems(body.order):
        faults = [
            FieldRefusal(pointer=f"/order{one.pointer}", code=one.code, detail=one.detail)
            for one in problems
        ]
        raise Unprocessable("inconsistent_order", faults[0].detail, *faults)
    return body.order.facts(body.order.order_number or body.request.order_number)


DECISIONS = [judge, ask]
