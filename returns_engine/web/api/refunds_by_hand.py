"""Refunds that a person pays: chosen, recorded, and come back."""

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from returns_engine.rules.words import Scope
from returns_engine.web.api.bodies import ReasonBody, RecordBody
from returns_engine.web.api.call import Call
from returns_engine.web.api.endpoint import does
from returns_engine.web.api.refund_decision import read_decision
from returns_engine.web.api.shapes.refunds import Refund
from returns_engine.web.api.visible import refund_answer, refund_id_of
from returns_engine.web.who import needs
from returns_engine.workflow.note_payout_back import note_payout_back
from returns_engine.workflow.pay_otherwise import pay_otherwise
from returns_engine.workflow.record_refund import record_refund

_APPROVE = needs(Scope.REFUNDS_APPROVE)


@does(
    "/refunds/{refund_id:str}/pay-otherwise",
    _APPROVE,
    takes=ReasonBody,
    answers=Refund,
    refuses=(
        "same_person",
        "transition_not_allowed",
        "exceeds_refundable",
        "payment_disputed",
        "payment_mismatch",
        "payment_overdrawn",
    ),
)
async def pay_otherwise_one(
    call: NamedDependency[Call], refund_id: FromPath[str]
) -> Response[bytes]:
    """Pay a failed refund in another way, once the provider has confirmed that nothing went."""
    known = refund_id_of(refund_id)
    body, version = await read_decision(call, known, ReasonBody)
    await pay_otherwise(
        known, reason=body.reason, actor=call.actor, now=call.now, expected_version=version
    )
    return await refund_answer(known)


@does(
    "/refunds/{refund_id:str}/record",
    _APPROVE,
    takes=RecordBody,
    answers=Refund,
    refuses=(
        "same_person",
        "transition_not_allowed",
        "exceeds_refundable",
        "not_external",
        "reference_repeated",
        "payment_disputed",
        "provider_not_asked",
    ),
)
async def record_one(call: NamedDependency[Call], refund_id: FromPath[str]) -> Response[bytes]:
    """Record where an external payment was given back."""
    known = refund_id_of(refund_id)
    body, version = await read_decision(call, known, RecordBody)
    await record_refund(
        known,
        external_reference=body.external_reference,
        for_several=body.for_several,
        policy=call.services.policy,
        actor=call.actor,
        now=call.now,
        expected_version=version,
    )
    return await refund_answer(known)


@does(
    "/refunds/{refund_id:str}/came-back",
    _APPROVE,
    takes=ReasonBody,
    answers=Refund,
    refuses=("same_person", "transition_not_allowed", "not_external"),
)
async def came_back_one(call: NamedDependency[Call], refund_id: FromPath[str]) -> Response[bytes]:
    """Say that what was paid by hand came back: the customer is owed it again, and told."""
    known = refund_id_of(refund_id)
    body, version = await read_decision(call, known, ReasonBody)
    await note_payout_back(
        known,
        reason=body.reason,
        policy=call.services.policy,
        actor=call.actor,
        now=call.now,
        expected_version=version,
    )
    return await refund_answer(known)


BY_HAND = [pay_otherwise_one, record_one, came_back_one]
