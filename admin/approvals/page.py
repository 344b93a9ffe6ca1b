"""Approvals: the queue, and one screen a case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from admin.approvals.batch import read_groups
from admin.approvals.case import read_refund_case
from admin.approvals.queue import ORDERS, TABS, QueueOrder, count_tabs, neighbours, read_queue
from admin.forms import SentForm, faults_of, id_of
from admin.meanwhile import last_seen, meanwhile
from admin.refunds.troubles import TROUBLES
from admin.signed_in import AnyRequest, caller_on, staff_page, staff_with
from returns_engine.queries.refunds import read_refund
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.money.money import decimal_text
from returns_engine.rules.way_back import too_late_for_provider
from returns_engine.rules.words import Scope
from returns_engine.web.problems import status_of
from returns_engine.web.who import services_of
from returns_engine.workflow.refusals import NotFound, Refusal, SamePerson
from returns_engine.workflow.repeated_reference import REFERENCE_REPEATED

_READS = staff_with(Scope.REFUNDS_READ)
_USUAL = QueueOrder.LONGEST


@get("/admin/approvals", guards=[_READS])
async def approvals(request: AnyRequest) -> Response[str]:
    """List the refunds that wait, or another tab of them."""
    asked = request.query_params.get("show", "to_approve")
    tab = asked if asked in TABS else "to_approve"
    after = request.query_params.get("after")
    caller, policy = caller_on(request), services_of(request).policy
    person = caller.actor.person
    together = tab == "to_approve" and after is None and caller.may(Scope.REFUNDS_APPROVE)
    order = order_asked(request.query_params.get("sort"))
    order = order if order in ORDERS[tab] else _USUAL
    page = await read_queue(
        tab,
        person=person,
        after=id_of(after, "refund") if after else None,
        order=order,
    )
    return staff_page(
        request,
        "approvals.html",
        tab=tab,
        order=order,
        orders=ORDERS[tab],
        sorted_by="" if order is _USUAL else order,
        page=page,
        groups=await read_groups(person=person, policy=policy) if together else [],
        counts=await count_tabs(),
        troubles=TROUBLES,
        now=services_of(request).clock(),
    )


@get("/admin/approvals/{refund_id:uuid}", guards=[_READS])
async def approval(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[str]:
    """Show one refund with all that it rests on, and its neighbours in the queue as sorted."""
    order = order_asked(request.query_params.get("sort"))
    return await show_case(request, refund_id, order=order)


@get("/admin/approvals/{refund_id:uuid}/state", guards=[_READS])
async def approval_state(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[str]:
    """Return where the refund stands now: what the open page asks for again and again."""
    refund = await read_refund(refund_id)
    if refund is None:
        raise NotFound("refund")
    return staff_page(request, "_refund_state.html", refund=refund, polled=True)


def order_asked(word: str | None) -> QueueOrder:
    """Return the order of the queue that an address or a form names; the usual one for nonsense."""
    return QueueOrder(word) if word in set(QueueOrder) else _USUAL


async def show_case(
    request: AnyRequest,
    refund_id: UUID,
    *,
    order: QueueOrder = QueueOrder.LONGEST,
    form: SentForm | None = None,
    error: Refusal | TransitionNotAllowed | None = None,
) -> Response[str]:
    """Answer with the case of a refund; after an error with what was typed and what is wrong."""
    person = caller_on(request).actor.person
    policy = services_of(request).policy
    shown = await read_refund_case(refund_id, person=person, policy=policy)
    refund = shown.refund
    typed = dict(form.typed()) if form else {}
    # While a dispute is open nothing is approved: what is proposed stands there, not what is left.
    most = refund["proposed"] if shown.contested else refund["maximum"]
    first = shown.first["amount"] if shown.first else most
    typed.setdefault("amount", decimal_text(first, refund["currency"]))
    one_of_two = shown.approving.approved_first or shown.approving.for_another_to_record
    not_theirs = isinstance(error, SamePerson) and not one_of_two
    return staff_page(
        request,
        "approval.html",
        status=status_of(error) if error else 200,
        shown=shown,
        refund=refund,
        too_late=_too_late(refund, services_of(request).clock()),
        line_titles={line["line_id"]: line["title"] for line in shown.case["lines"]},
        near=await neighbours(refund_id, order),
        sorted_by="" if order is _USUAL else order,
        clauses=policy.clauses.values(),
        typed=typed,
        says=str(error) if error else "",
        repeated=isinstance(error, Refusal) and error.code == REFERENCE_REPEATED,
        same_person=shown.mine or shown.barred or not_theirs,
        faults=faults_of(error),
        seen=last_seen(shown.events),
        meanwhile=meanwhile(form, shown.events, error),
    )


def _too_late(refund: Mapping[str, Any], now: datetime) -> bool:
    """Say whether the provider takes nothing back of the payment any more."""
    until = refund["refundable_until"]
    return too_late_for_provider(
        provider=refund["provider"],
        refundable_until=None if until is None else datetime.fromisoformat(until),
        now=now,
    )
