"""Open a case on behalf of a customer: first the decision, as the customer would see it."""

import secrets
from typing import Any
from urllib.parse import quote

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from admin.forms import SentForm, faults_of, sent_form
from admin.orders.page import MATTERS, show_order, the_order
from admin.orders.words import ORDER_WORDS
from admin.overrides import overrides_in
from admin.signed_in import AnyRequest, caller_on, staff_page, staff_with
from returns_engine.documents.request import (
    OverrideDocument,
    RequestDocument,
    RequestLineDocument,
)
from returns_engine.rules.words import (
    Cause,
    Outcome,
    Reason,
    Resolution,
    ReturnKind,
    RuleName,
    Scope,
)
from returns_engine.texts.words import mark
from returns_engine.web.portal.submitting import submit_once
from returns_engine.web.problems import NotAllowed, status_of
from returns_engine.web.who import services_of
from returns_engine.workflow.judge_request import judge_request
from returns_engine.workflow.refusals import Refusal, refuse_field

_WRITES = staff_with(Scope.RETURNS_WRITE)
_LONGEST_QUANTITY = 6


@post("/admin/orders/{number:str}/decide", guards=[_WRITES], status_code=200)
async def decide(request: AnyRequest, number: FromPath[str]) -> Response[str]:
    """Show what the policy says of what the customer wants; nothing is kept yet."""
    form = await sent_form(request)
    order = await the_order(request, number)
    try:
        return await _decision(request, order, form)
    except Refusal as error:
        return await show_order(request, number, typed=form.typed(), error=error)


@post("/admin/orders/{number:str}/open", guards=[_WRITES])
async def open_case(request: AnyRequest, number: FromPath[str]) -> Response[Any]:
    """Open the case, once, however often the form is sent; with a rule set aside where it is."""
    form = await sent_form(request)
    order = await the_order(request, number)
    caller = caller_on(request)
    try:
        overrides = overrides_in(form, all_of_them=True)
        if overrides and not caller.may(Scope.RETURNS_REVIEW):
            raise NotAllowed("missing_scope", mark("Only a reviewer can set a rule aside."))
        address = await submit_once(
            _asked(order, form, overrides),
            token=form.text("token") or secrets.token_urlsafe(24),
            actor=caller.actor,
            services=services_of(request),
            opened="/admin/returns/{}",
            refused=f"/admin/orders/{quote(number, safe='')}?said=refused",
        )
    except Refusal as error:
        return await _decision(request, order, form, error=error)
    return Redirect(address, status_code=303)


async def _decision(
    request: AnyRequest, order: dict[str, Any], form: SentForm, *, error: Refusal | None = None
) -> Response[str]:
    services = services_of(request)
    document = _asked(order, form, [])
    decision = await judge_request(document, policy=services.policy, as_of=services.clock())
    failing = [
        (line["line_id"], rule["rule"])
        for line in decision["lines"]
        for rule in line["rules"]
        if rule["outcome"] == Outcome.FAIL
    ]
    return staff_page(
        request,
        "staff_order_decision.html",
        status=status_of(error) if error else 200,
        words=ORDER_WORDS,
        order=order,
        titles={line["line_id"]: line["title"] for line in order["lines"]},
        decision=decision,
        document=document,
        sent=[pair for pair in form.typed().items() if _is_of_the_request(pair[0])],
        typed=form.typed(),
        says=str(error) if error else "",
        faults=faults_of(error),
        # How many units there are, nobody can set aside.
        failing=failing,
        can_be_set_aside=all(rule != RuleName.QUANTITY for _, rule in failing),
        token=form.text("token") or secrets.token_urlsafe(24),
    )


def _is_of_the_request(name: str) -> bool:
    return name.startswith("quantity.") or name in {"matter", "resolution", "comment"}


def _asked(
    order: dict[str, Any], form: SentForm, overrides: list[OverrideDocument]
) -> RequestDocument:
    """Return the request that the form asks for; raises Unprocessable by field."""
    kind, why = _matter(form)
    claim = kind is ReturnKind.WARRANTY
    comment = form.text("comment") or None
    lines = [
        RequestLineDocument(
            line_id=line["line_id"],
            quantity=units,
            reason=None if claim else Reason(why),
            cause=Cause(why) if claim else None,
            comment=comment,
        )
        for line in order["lines"]
        if (units := _units(form, line["line_id"])) > 0
    ]
    if not lines:
        says = mark("Say of at least one item how many it is about.")
        raise refuse_field("no_lines", says, "/quantity")
    wish = form.text("resolution")
    return RequestDocument(
        order_number=order["order_number"],
        kind=kind,
        lines=lines,
        resolution=Resolution(wish) if wish in set(Resolution) else None,
        override=overrides or None,
    )


def _matter(form: SentForm) -> tuple[ReturnKind, str]:
    kind, _, why = form.text("matter").partition("/")
    if kind in set(ReturnKind) and why in MATTERS[ReturnKind(kind)]:
        return ReturnKind(kind), why
    raise refuse_field("reason_missing", mark("Choose what it is about."), "/matter")


def _units(form: SentForm, line_id: str) -> int:
    text = form.text(f"quantity.{line_id}")
    known = text.isascii() and text.isdigit() and len(text) <= _LONGEST_QUANTITY
    return int(text) if known else 0
