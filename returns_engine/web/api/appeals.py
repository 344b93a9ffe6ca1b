"""What the customer alone can say: that they see it differently, and that we may keep something."""

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from returns_engine.web.api.bodies import ConsentBody, MessageBody
from returns_engine.web.api.call import Call
from returns_engine.web.api.description.problem_codes import REFUSALS
from returns_engine.web.api.endpoint import does
from returns_engine.web.api.shapes.returns import Return
from returns_engine.web.api.visible import refuse_bad_units, require_return, return_answer
from returns_engine.web.who import customers_only
from returns_engine.workflow.appeal_return import appeal_return
from returns_engine.workflow.give_consent import GivenUnits, give_consent

_CUSTOMER = customers_only()


@does(
    "/returns/{number:str}/appeal",
    _CUSTOMER,
    takes=MessageBody,
    answers=Return,
    refuses=("transition_not_allowed", "request_not_judged", *REFUSALS),
)
async def appeal(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Ask for another person than the one who refused, once."""
    await require_return(number, call.caller)
    version = call.expected_version()
    body = await call.read(MessageBody)
    await appeal_return(
        number,
        message=body.message,
        actor=call.actor,
        policy=call.services.policy,
        now=call.now,
        expected_version=version,
    )
    return await return_answer(number, call.caller)


@does(
    "/returns/{number:str}/consent",
    _CUSTOMER,
    takes=ConsentBody,
    answers=Return,
    refuses=(
        "transition_not_allowed",
        "no_lines",
        "quantity_below_1",
        "too_many_units",
        "not_in_return",
        "exceeds_rejected",
        "not_for_consent",
    ),
)
async def consent(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Let us keep or scrap rejected units."""
    await require_return(number, call.caller)
    version = call.expected_version()
    body = await call.read(ConsentBody)
    refuse_bad_units(body.lines)
    await give_consent(
        number,
        lines=[GivenUnits(line_id=one.line_id, quantity=one.quantity) for one in body.lines],
        disposition=body.disposition,
        actor=call.actor,
        now=call.now,
        expected_version=version,
    )
    return await return_answer(number, call.caller)


APPEALS = [appeal, consent]
