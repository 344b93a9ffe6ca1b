"""The steps of a return's story, from the request to the day it is closed."""

from collections.abc import Callable
from datetime import datetime, timedelta

from returns_engine.documents.request import RequestDocument, RequestLineDocument
from returns_engine.queries.moments import utc_text
from returns_engine.rules.actor import Actor
from returns_engine.rules.decision_json import decision_json
from returns_engine.rules.eligibility.decide import decide
from returns_engine.rules.eligibility.estimate import shipping_goes_back
from returns_engine.rules.lifecycle.headline import Headline
from returns_engine.rules.lifecycle.permission import PermissionEvent, PermissionState
from returns_engine.rules.rma_number import RANDOM_BITS, new_rma_number
from returns_engine.rules.words import ActorKind, Reason, Resolution, ReturnKind, Verdict
from returns_engine.sandbox.sample_data.drawn_case import Drawing, DrawnCase
from returns_engine.sandbox.sample_data.drawn_order import DrawnOrder
from returns_engine.workflow.case_line import CaseLine
from returns_engine.workflow.decision_facts import facts_json, request_json
from returns_engine.workflow.keep_promises import promise_terms, terms_json
from returns_engine.workflow.record_events import ChainEnd, NewEvent
from returns_engine.workflow.return_case import ReturnCase

Step = Callable[[DrawnCase], None]
_CARRIER = "ups"


def ask(
    order: DrawnOrder, at: datetime, reason: Reason, resolution: Resolution, drawing: Drawing
) -> DrawnCase:
    """Ask for units of the first line back; the policy itself decides."""
    line = order.facts.lines[0]
    units = drawing.draw.randrange(1, line.quantity + 1)
    document = RequestDocument(
        order_number=order.number,
        lines=[RequestLineDocument(line_id=line.line_id, quantity=units, reason=reason)],
        resolution=resolution,
    )
    decision = decide(order.facts, document.facts(), drawing.policy, at, {})
    judged = decision.lines[0]
    decision_id = drawing.uuid()
    drawing.rows.add(
        "decisions",
        decision_id,
        order.id,
        at,
        decision.policy_id,
        decision.policy_version,
        str(decision.verdict),
        None,
        request_json(document),
        facts_json(order.facts, {}),
        decision_json(decision),
    )
    terms = promise_terms(drawing.policy)
    case = ReturnCase(
        id=drawing.rows.new_id("returns"),
        number=new_rma_number(drawing.draw.getrandbits(RANDOM_BITS)),
        kind=str(ReturnKind.RETURN),
        order=order.id,
        order_number=order.number,
        resolution=str(resolution),
        permission=PermissionState.REQUESTED,
        headline=Headline.REQUESTED,
        goods_expected=True,
        restocking_bps=drawing.policy.refund.restocking_bps,
        label_fee=drawing.policy.label.fee,
        version=0,
        end=ChainEnd(count=0, head=""),
        label_issued=False,
        in_transit=False,
        lines=[
            CaseLine(
                id=drawing.rows.new_id("return_lines"),
                order_line=order.line_rows[line.line_id],
                line_id=line.line_id,
                kind=str(line.kind),
                reason=str(reason),
                cause=None,
                resolution=str(resolution),
                goods_expected=True,
                shipping_back=shipping_goes_back(judged, ReturnKind.RETURN, drawing.policy),
                requested=units,
            )
        ],
        refunds={},
        replacements={},
        terms=terms,
        values={"requested_at": at, "promise_terms": terms_json(terms)},
    )
    drawn = DrawnCase(
        case=case,
        order=order,
        drawing=drawing,
        at=at,
        decision=decision_id,
        taken=[
            {"shipment_id": parcel.shipment_id, "quantity": parcel.quantity}
            for parcel in judged.taken
        ],
    )
    asked = {"line_id": line.line_id, "quantity": units, "reason": str(reason)}
    policy = {"id": decision.policy_id, "version": decision.policy_version}
    data = {"kind": case.kind, "lines": [asked], "policy": policy}
    case.record(NewEvent(type="return.requested", to_state="requested", data=data))
    if decision.verdict is Verdict.ELIGIBLE:
        _approve(drawn)
        drawn.tell("return_requested")
    else:
        event = NewEvent(type="return.in_review", reason="photos_required", data={"clauses": []})
        case.permit(PermissionEvent.REVIEW, event)
        drawn.tell("return_in_review", clauses=[])
    drawn.save(drawn.customer)
    return drawn


def _approve(drawn: DrawnCase) -> None:
    drawn.case.permit(PermissionEvent.APPROVE, NewEvent(type="return.approved"))
    drawn.case.values["approved_at"] = drawn.at


def approve(drawn: DrawnCase) -> None:
    """Let support approve what was to be looked at."""
    if drawn.case.permission is PermissionState.IN_REVIEW:
        _approve(drawn)
        drawn.save(staff(drawn.drawing.staff.support))


def decline(drawn: DrawnCase) -> None:
    """Let support decline it."""
    words = "The photos show traces of use."
    event = NewEvent(type="return.declined", reason="declined", text=words)
    drawn.case.permit(PermissionEvent.DECLINE, event)
    drawn.case.values["refused_by"] = drawn.drawing.staff.support
    drawn.tell("return_declined", reason=words)
    drawn.save(staff(drawn.drawing.staff.support))


def ask_back(drawn: DrawnCase) -> None:
    """Let support ask the customer something."""
    words = "Please send a photo of the seam."
    drawn.case.permit(
        PermissionEvent.REQUEST_INFO, NewEvent(type="return.info_requested", text=words)
    )
    drawn.tell("info_requested", message=words)
    drawn.save(staff(drawn.drawing.staff.support))


def issue_label(drawn: DrawnCase) -> None:
    """Make the label, but not its paper: that is drawn when somebody needs it."""
    case, policy = drawn.case, drawn.drawing.policy
    expires_at = drawn.at + timedelta(days=policy.label.expires_days)
    case.label_issued = True
    case.values["label_issued_at"] = drawn.at
    send_by = expires_at.astimezone(policy.zone).date()
    warehouse = drawn.drawing.warehouse
    drawn.keep("labels", case.id, warehouse, _CARRIER, "reimbursed", expires_at, send_by, drawn.at)
    data: dict[str, object] = {
        "carrier": _CARRIER,
        "postage": "reimbursed",
        "expires_at": utc_text(expires_at),
    }
    case.record(NewEvent(type="label.issued", data=data))
    units = {"line_id": drawn.line.line_id, "quantity": drawn.line.requested}
    drawn.tell("return_approved", postage="reimbursed", send_by=send_by.isoformat(), lines=[units])
    drawn.save()


def withdraw(drawn: DrawnCase) -> None:
    """Let the customer take it back."""
    drawn.case.permit(PermissionEvent.WITHDRAW, NewEvent(type="return.withdrawn"))
    drawn.save(drawn.customer)


def expire(drawn: DrawnCase) -> None:
    """Let the label run out."""
    event = NewEvent(type="return.expired", reason="label_unused")
    drawn.case.permit(PermissionEvent.EXPIRE, event)
    drawn.tell("label_expired")
    drawn.save()


def announce(drawn: DrawnCase) -> None:
    """Let the customer say under which number the parcel travels."""
    number = f"1Z{drawn.drawing.draw.getrandbits(50):016}"
    drawn.case.values |= {
        "own_carrier": _CARRIER,
        "own_tracking_number": number,
        "in_transit_at": drawn.at,
    }
    drawn.case.in_transit = True
    drawn.case.record(NewEvent(type="parcel.announced", text=f"{_CARRIER} {number}"))
    drawn.save(drawn.customer)


def receive(drawn: DrawnCase) -> None:
    """Take all of it in."""
    _receive(drawn, drawn.line.requested)


def receive_a_part(drawn: DrawnCase) -> None:
    """Take one unit in; of a single one that is all."""
    _receive(drawn, 1)


def _receive(drawn: DrawnCase, units: int) -> None:
    line, bench = drawn.line, drawn.drawing.staff.bench
    receipt = drawn.drawing.rows.new_id("receipts")
    line.add("received", units)
    drawn.case.values["last_received_at"] = drawn.at
    drawn.keep("receipts", receipt, drawn.case.id, drawn.at, bench)
    drawn.keep("receipt_lines", receipt, line.id, units)
    said = [{"line_id": line.line_id, "quantity": units}]
    drawn.case.record(NewEvent(type="parcel.received", data={"lines": said}))
    drawn.tell("parcel_received", lines=said)
    drawn.save(staff(bench))


def reject(drawn: DrawnCase) -> None:
    """Find that it was used."""
    inspect(drawn, accepted=False)
    drawn.save(staff(drawn.drawing.staff.bench))


def inspect(drawn: DrawnCase, *, accepted: bool) -> None:
    """Record the bench's verdict on what was received; the caller saves the case."""
    line, rows = drawn.line, drawn.drawing.rows
    units = line.without_verdict
    verdict = "accepted" if accepted else "rejected"
    disposition, grade = ("restock", "A") if accepted else ("quarantine", "D")
    note = None if accepted else "Worn: traces of use on both seats."
    checks = dict.fromkeys(
        ("as_received", "unused", "tags_attached", "original_packaging"), accepted
    )
    line.add(verdict, units)
    inspection = rows.new_id("inspections")
    drawn.keep("inspections", inspection, drawn.case.id, drawn.at, drawn.drawing.staff.bench)
    drawn.keep(
        "inspection_lines", inspection, line.id, units, checks, grade, verdict, disposition, note
    )
    found = {
        "line_id": line.line_id,
        "quantity": units,
        "verdict": verdict,
        "grade": grade,
        "found_cause": None,
        "disposition": disposition,
        "checks": checks,
        "photo_ids": [],
    }
    drawn.case.record(NewEvent(type="lines.inspected", data={"lines": [found]}))
    words = {"line_id": line.line_id, "quantity": units, "verdict": verdict, "note": note}
    drawn.tell("inspection_result", lines=[words])


def send_back(drawn: DrawnCase) -> None:
    """Send rejected units back to the customer."""
    units = drawn.line.rejected_waiting
    drawn.line.add("sent_back", units)
    data: dict[str, object] = {"lines": [{"line_id": drawn.line.line_id, "quantity": units}]}
    parcel = f"{_CARRIER} 1Z{drawn.case.id:016}"
    drawn.case.record(NewEvent(type="goods.sent_back", data=data, text=parcel))
    drawn.tell("goods_sent_back", **data)
    drawn.save(staff(drawn.drawing.staff.bench))


def staff(person: int) -> Actor:
    """Return a member of the staff as who acts."""
    return Actor(kind=ActorKind.STAFF, id=str(person), person=person)
