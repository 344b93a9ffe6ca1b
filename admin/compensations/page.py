"""Something extra for our fault: what waits for finance, what is to be sent, what is done."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from admin.compensations.waiting import TABS, read_compensations
from admin.forms import SentForm, faults_of, id_of, known_version, sent_form
from admin.lists.download import download
from admin.lists.frame import ListFrame
from admin.signed_in import AnyRequest, caller_on, staff_page, staff_with
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.money.money import decimal_text
from returns_engine.rules.words import Scope
from returns_engine.texts.words import mark
from returns_engine.web.problems import status_of
from returns_engine.web.who import services_of
from returns_engine.workflow.decide_compensation import (
    approve_compensation,
    give_compensation,
    refuse_compensation,
)
from returns_engine.workflow.refusals import NotFound, Refusal, refuse_field

COLUMNS = (
    *("number", "order_number", "customer", "title", "kind", "what", "amount", "currency"),
    *("state", "cause", "clause", "proposed_at", "decided_at", "given_at", "reference"),
)
_PATH = "/admin/compensations"
_READS = staff_with(Scope.RETURNS_READ)
_DECIDES, _GIVES = staff_with(Scope.REFUNDS_APPROVE), staff_with(Scope.RETURNS_REVIEW)
_TO_APPROVE, _TO_GIVE = "to_approve", "to_give"


@get(_PATH, guards=[_READS])
async def compensations(request: AnyRequest) -> Response[str]:
    """List what waits for finance, or another tab."""
    after = request.query_params.get("after")
    return await _show(
        request, _tab(request), after=id_of(after, "compensation") if after else None
    )


@get(f"{_PATH}.csv", guards=[_READS])
async def compensations_file(request: AnyRequest) -> Stream:
    """Hand out the whole list."""
    tab, person = _tab(request), caller_on(request).actor.person

    async def read(after: UUID | None) -> tuple[Sequence[Mapping[str, Any]], UUID | None]:
        page = await read_compensations(tab, person=person, after=after)
        return [
            {**one, "amount": decimal_text(one["value"], one["currency"])} for one in page.listed
        ], page.after

    return download(f"extras-{tab}", COLUMNS, read, lambda one: [one[name] for name in COLUMNS])


def _tab(request: AnyRequest) -> str:
    tab = request.query_params.get("show", "")
    if tab in TABS:
        return tab
    return _TO_APPROVE if caller_on(request).may(Scope.REFUNDS_APPROVE) else _TO_GIVE


@post("/admin/compensations/{compensation_id:uuid}/approve", guards=[_DECIDES], status_code=303)
async def approve(request: AnyRequest, compensation_id: FromPath[UUID]) -> Response[Any]:
    """Approve what is above the caps."""
    form = await sent_form(request)
    policy = services_of(request).policy
    act = approve_compensation(compensation_id, policy=policy, **_by(request, form))
    return await _done(request, _TO_APPROVE, compensation_id, form, act)


@post("/admin/compensations/{compensation_id:uuid}/refuse", guards=[_DECIDES], status_code=303)
async def refuse(request: AnyRequest, compensation_id: FromPath[UUID]) -> Response[Any]:
    """Refuse it; the reason is for the record."""
    form = await sent_form(request)

    async def act() -> None:
        reason = form.text("reason")
        if not reason:
            raise refuse_field("reason_missing", mark("Say why, for the record."), "/reason")
        await refuse_compensation(compensation_id, reason=reason, **_by(request, form))

    return await _done(request, _TO_APPROVE, compensation_id, form, act())


@post("/admin/compensations/{compensation_id:uuid}/give", guards=[_GIVES], status_code=303)
async def give(request: AnyRequest, compensation_id: FromPath[UUID]) -> Response[Any]:
    """Record the coupon's code, or how the gift was sent; the customer gets a mail."""
    form = await sent_form(request)

    async def act() -> None:
        reference = form.text("reference")
        await give_compensation(compensation_id, reference=reference, **_by(request, form))

    return await _done(request, _TO_GIVE, compensation_id, form, act())


def _by(request: AnyRequest, form: SentForm) -> dict[str, Any]:
    return {
        "actor": caller_on(request).actor,
        "now": services_of(request).clock(),
        "expected_version": known_version(form),
    }


async def _done(
    request: AnyRequest, tab: str, compensation_id: UUID, form: SentForm, act: Awaitable[None]
) -> Response[Any]:
    """Do it and show the list again: changed, or with what stood in the way."""
    try:
        await act
    except NotFound:
        raise
    except (Refusal, TransitionNotAllowed) as error:
        return await _show(request, tab, about=compensation_id, form=form, error=error)
    return Redirect(f"/admin/compensations?show={tab}", status_code=303)


async def _show(
    request: AnyRequest,
    tab: str,
    *,
    after: UUID | None = None,
    about: UUID | None = None,
    form: SentForm | None = None,
    error: Refusal | TransitionNotAllowed | None = None,
) -> Response[str]:
    services = services_of(request)
    page = await read_compensations(tab, person=caller_on(request).actor.person, after=after)
    frame = ListFrame(
        path=_PATH,
        kept={"show": tab},
        place=str(after) if after else None,
        next_place=str(page.after) if page.after else None,
        cursor="after",
    )
    return staff_page(
        request,
        "compensations.html",
        status=status_of(error) if error else 200,
        tab=tab,
        page=page,
        frame=frame,
        caps=services.policy.compensation,
        clauses=services.policy.clauses,
        about=about,
        typed=form.typed() if form else {},
        says=str(error) if error else "",
        faults=faults_of(error),
        now=services.clock(),
    )
