"""Refunds: listed, shown, decided."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from returns_engine.queries.refunds import list_refunds, read_refund
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.words import Scope
from returns_engine.web.answers import json_answer
from returns_engine.web.api.bodies import ApprovalBody, HoldBody, Nothing, ReasonBody
from returns_engine.web.api.call import Call
from returns_engine.web.api.endpoint import does, reads
from returns_engine.web.api.reading import Shape
from returns_engine.web.api.refund_decision import read_decision
from returns_engine.web.api.refunds_by_hand import BY_HAND
from returns_engine.web.api.shapes.refunds import Refund, RefundList
from returns_engine.web.api.visible import refund_answer, refund_id_of
from returns_engine.web.who import needs
from returns_engine.workflow.approve_refund import approve_refund
from returns_engine.workflow.hold_refund import hold_refund, release_refund
from returns_engine.workflow.refusals import NotFound
from returns_engine.workflow.refuse_refund import refuse_refund
from returns_engine.workflow.retry_refund import retry_refund
from returns_engine.workflow.send_to_bench import send_to_bench

# Litestar keeps the name `state` for itself.
State = Annotated[RefundState | None, QueryParameter(name="state")]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]
_READ = needs(Scope.REFUNDS_READ)
_APPROVE = needs(Scope.REFUNDS_APPROVE)
_LIST = "refunds"


@reads("/refunds", _READ, answers=RefundList)
async def get_refunds(
    call: NamedDependency[Call],
    *,
    in_state: State = None,
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Response[bytes]:
    """List refunds, newest first."""
    cursors = call.cursors(_LIST, state=in_state)
    page = await list_refunds(
        state=None if in_state is None else str(in_state),
        limit=limit,
        cursor=cursors.read(cursor),
    )
    return json_answer({"items": page.items, "next_cursor": cursors.write(page.next_place)})


@reads("/refunds/{refund_id:str}", _READ, answers=Refund)
async def get_refund(refund_id: FromPath[str]) -> Response[bytes]:
    """Show a refund."""
    return await refund_answer(refund_id_of(refund_id))


async def _read_any(call: Call, refund_id: UUID, shape: type[Shape]) -> tuple[Shape, int | None]:
    """Return body and version meant of a call that anyone with the scope may make."""
    if await read_refund(refund_id) is None:
        raise NotFound("refund")
    return await call.read(shape), call.expected_version()


@does(
    "/refunds/{refund_id:str}/approve",
    _APPROVE,
    takes=ApprovalBody,
    answers=Refund,
    refuses=(
        "same_person",
        "above_your_limit",
        "transition_not_allowed",
        "shipped_meanwhile",
        "amount_too_small",
        "amount_not_payable",
        "exceeds_refundable",
        "clause_required",
        "second_approval_first",
        "not_external",
        "reference_repeated",
        "provider_not_asked",
        "on_hold",
        "payment_disputed",
        "payment_overdrawn",
    ),
)
async def approve_one(call: NamedDependency[Call], refund_id: FromPath[str]) -> Response[bytes]:
    """Approve an amount, which orders its execution; never by who inspected the return."""
    known = refund_id_of(refund_id)
    body, version = await read_decision(call, known, ApprovalBody)
    await approve_refund(
        known,
        amount=body.amount,
        note=body.note,
        clause=body.clause,
        external_reference=body.external_reference,
        for_several=body.for_several,
        policy=call.services.policy,
        actor=call.actor,
        now=call.now,
        expected_version=version,
    )
    return await refund_answer(known)


@does(
    "/refunds/{refund_id:str}/refuse",
    _APPROVE,
    takes=ReasonBody,
    answers=Refund,
    refuses=("same_person", "transition_not_allowed", "provider_not_asked"),
)
async def refuse_one(call: NamedDependency[Call], refund_id: FromPath[str]) -> Response[bytes]:
    """Refuse a refund, in words the customer reads."""
    known = refund_id_of(refund_id)
    body, version = await read_decision(call, known, ReasonBody)
    await refuse_refund(
        known, reason=body.reason, actor=call.actor, now=call.now, expected_version=version
    )
    return await refund_answer(known)


@does(
    "/refunds/{refund_id:str}/hold",
    _APPROVE,
    takes=HoldBody,
    answers=Refund,
    refuses=("transition_not_allowed", "on_hold", "not_disputed"),
)
async def hold_one(call: NamedDependency[Call], refund_id: FromPath[str]) -> Response[bytes]:
    """Put a proposal on hold, for a reason that staff alone reads."""
    known = refund_id_of(refund_id)
    body, version = await _read_any(call, known, HoldBody)
    await hold_refund(
        known,
        reason=body.reason,
        until_dispute_ends=body.until_dispute_ends,
        actor=call.actor,
        now=call.now,
        expected_version=version,
    )
    return await refund_answer(known)


@does(
    "/refunds/{refund_id:str}/release",
    _APPROVE,
    takes=Nothing,
    answers=Refund,
    refuses=(
        "transition_not_allowed",
        "not_on_hold",
        "same_person",
        "payment_disputed",
        "payment_mismatch",
        "payment_overdrawn",
        "exceeds_refundable",
    ),
)
async def release_one(call: NamedDependency[Call], refund_id: FromPath[str]) -> Response[bytes]:
    """Let a proposal on hold go on, whoever held it; or what was kept since a lost dispute."""
    known = refund_id_of(refund_id)
    _, version = await _read_any(call, known, Nothing)
    await release_refund(known, actor=call.actor, now=call.now, expected_version=version)
    return await refund_answer(known)


@does(
    "/refunds/{refund_id:str}/back-to-bench",
    _APPROVE,
    takes=ReasonBody,
    answers=Refund,
    refuses=("transition_not_allowed", "acted_on", "no_verdict"),
)
async def send_one_to_bench(
    call: NamedDependency[Call], refund_id: FromPath[str]
) -> Response[bytes]:
    """Call a proposal off and have its units inspected again, for a reason staff alone reads."""
    known = refund_id_of(refund_id)
    body, version = await _read_any(call, known, ReasonBody)
    await send_to_bench(
        known, reason=body.reason, actor=call.actor, now=call.now, expected_version=version
    )
    return await refund_answer(known)


@does(
    "/refunds/{refund_id:str}/retry",
    _APPROVE,
    takes=Nothing,
    answers=Refund,
    refuses=(
        "same_person",
        "transition_not_allowed",
        "exceeds_refundable",
        "payment_disputed",
        "payment_mismatch",
        "payment_overdrawn",
        "refundable_until_passed",
        "paid_by_hand",
    ),
)
async def retry_one(call: NamedDependency[Call], refund_id: FromPath[str]) -> Response[bytes]:
    """Try a failed refund once more."""
    known = refund_id_of(refund_id)
    _, version = await read_decision(call, known, Nothing)
    await retry_refund(known, actor=call.actor, now=call.now, expected_version=version)
    return await refund_answer(known)


REFUNDS = [
    get_refunds,
    get_refund,
    approve_one,
    refuse_one,
    hold_one,
    release_one,
    send_one_to_bench,
    retry_one,
    *BY_HAND,
]
