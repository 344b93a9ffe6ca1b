"""What the warehouse does: take in, inspect, give up, send back, scan."""

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from returns_engine.documents.errors import DocumentError
from returns_engine.queries.scan import what_is
from returns_engine.rules.words import InspectionVerdict, Scope
from returns_engine.web.answers import json_answer
from returns_engine.web.api.bodies import (
    InspectedBody,
    InspectionBody,
    ReasonBody,
    ReceiptBody,
    ScanBody,
    SendBackBody,
)
from returns_engine.web.api.call import Call
from returns_engine.web.api.endpoint import does
from returns_engine.web.api.shapes.returns import Return
from returns_engine.web.api.shapes.warehouse import Scanned
from returns_engine.web.api.visible import refuse_bad_units, require_return, return_answer
from returns_engine.web.problems import InvalidRequest
from returns_engine.web.who import needs
from returns_engine.workflow.close_outstanding import close_outstanding
from returns_engine.workflow.inspect_lines import inspect_lines
from returns_engine.workflow.inspected_units import InspectedUnits
from returns_engine.workflow.receive_parcel import ReceivedUnits, receive_parcel
from returns_engine.workflow.refusals import FieldRefusal, Refusal
from returns_engine.workflow.reopen_rejected import require_other_inspector
from returns_engine.workflow.send_back import SentUnits, send_back

_RECEIVING = needs(Scope.RECEIVING_WRITE)
_BENCH = needs(Scope.INSPECTIONS_WRITE)
_GIVES_UP = needs(Scope.RECEIVING_WRITE, Scope.INSPECTIONS_WRITE, Scope.RETURNS_REVIEW)
_EITHER = needs(Scope.RECEIVING_WRITE, Scope.INSPECTIONS_WRITE)


@does(
    "/returns/{number:str}/receipts",
    _RECEIVING,
    takes=ReceiptBody,
    status=201,
    answers=Return,
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
async def receive(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Take a parcel in."""
    await require_return(number, call.caller)
    version = call.expected_version()
    body = await call.read(ReceiptBody)
    refuse_bad_units(body.lines)
    await receive_parcel(
        number,
        lines=[ReceivedUnits(line_id=one.line_id, quantity=one.quantity) for one in body.lines],
        parcel_reference=body.parcel_reference,
        actor=call.actor,
        now=call.now,
        expected_version=version,
    )
    return await return_answer(number, call.caller, made=True)


@does(
    "/returns/{number:str}/inspections",
    _BENCH,
    takes=InspectionBody,
    status=201,
    answers=Return,
    refuses=(
        "same_person",
        "transition_not_allowed",
        "unknown_photo",
        "too_many_photos",
        "no_lines",
        "quantity_below_1",
        "too_many_units",
        "not_in_return",
        "exceeds_received",
        "rejection_needs_evidence",
        "goods_are_the_customers",
        "accepted_goods_stay",
        "found_cause_required",
        "clause_required",
    ),
)
async def inspect(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Record what the bench found."""
    await require_return(number, call.caller)
    body, version = await _read_inspection(call, number)
    await inspect_lines(
        number,
        lines=[_inspected(line) for line in body.lines],
        policy=call.services.policy,
        actor=call.actor,
        now=call.now,
        expected_version=version,
    )
    return await return_answer(number, call.caller, made=True)


async def _read_inspection(call: Call, number: str) -> tuple[InspectionBody, int | None]:
    """Return body and version meant; who was set aside by an appeal is told so before either."""
    try:
        version = call.expected_version()
        body = await call.read(InspectionBody)
        _refuse_unknown_checks(body, call.services.policy.condition_checks)
        refuse_bad_units(body.lines)
    except (DocumentError, Refusal):
        await require_other_inspector(number, actor=call.actor)
        raise
    return body, version


def _refuse_unknown_checks(body: InspectionBody, known: tuple[str, ...]) -> None:
    faults = [
        FieldRefusal(
            pointer=f"/lines/{place}/checks",
            code="unknown_field",
            detail=f"The policy's checks are {', '.join(known)}.",
        )
        for place, line in enumerate(body.lines)
        if not set(line.checks) <= set(known)
    ]
    if faults:
        raise InvalidRequest("invalid_request", faults[0].detail, *faults)


def _inspected(line: InspectedBody) -> InspectedUnits:
    return InspectedUnits(
        line_id=line.line_id,
        quantity=line.quantity,
        checks=line.checks,
        grade=str(line.grade),
        found_cause=None if line.found_cause is None else str(line.found_cause),
        verdict=str(line.verdict),
        disposition=str(line.disposition),
        note=line.note,
        photo_ids=line.photo_ids,
        clause=line.clause if line.verdict == InspectionVerdict.REJECTED else None,
    )


@does(
    "/returns/{number:str}/close-outstanding",
    _GIVES_UP,
    takes=ReasonBody,
    answers=Return,
    refuses=("transition_not_allowed",),
)
async def give_up_outstanding(
    call: NamedDependency[Call], number: FromPath[str]
) -> Response[bytes]:
    """Give up what never came: the rest of a return, or a parcel that was lost on its way to us."""
    await require_return(number, call.caller)
    version = call.expected_version()
    body = await call.read(ReasonBody)
    await close_outstanding(
        number, reason=body.reason, actor=call.actor, now=call.now, expected_version=version
    )
    return await return_answer(number, call.caller)


@does(
    "/returns/{number:str}/send-back",
    _RECEIVING,
    takes=SendBackBody,
    answers=Return,
    refuses=(
        "transition_not_allowed",
        "no_lines",
        "quantity_below_1",
        "too_many_units",
        "exceeds_rejected",
        "tracking_number_impossible",
    ),
)
async def send_rejected_back(call: NamedDependency[Call], number: FromPath[str]) -> Response[bytes]:
    """Send rejected units back to the customer."""
    await require_return(number, call.caller)
    version = call.expected_version()
    body = await call.read(SendBackBody)
    refuse_bad_units(body.lines)
    await send_back(
        number,
        lines=[SentUnits(line_id=one.line_id, quantity=one.quantity) for one in body.lines],
        carrier=body.carrier,
        tracking_number=body.tracking_number,
        actor=call.actor,
        now=call.now,
        expected_version=version,
    )
    return await return_answer(number, call.caller)


@does("/scan", _RECEIVING, takes=ScanBody, answers=Scanned, versioned=False)
async def scan(call: NamedDependency[Call]) -> Response[bytes]:
    """Say what a scanned code is."""
    call.refuse_version()
    body = await call.read(ScanBody)
    return json_answer(await what_is(body.code))


WAREHOUSE = [receive, inspect, give_up_outstanding, send_rejected_back, scan]
