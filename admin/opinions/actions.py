"""Give a second opinion, and decide where two differ, from their page."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from admin.forms import SentForm, known_version, sent_form
from admin.opinions.page import INSPECTS, show_opinion
from admin.sent_checks import checks_in, ticked_in
from admin.signed_in import AnyRequest, caller_on, staff_of_role
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.words import (
    Disposition,
    FoundCause,
    Grade,
    InspectionVerdict,
    Role,
)
from returns_engine.texts.words import mark
from returns_engine.web.who import services_of
from returns_engine.workflow.give_opinion import SecondVerdict, decide_opinion, give_opinion
from returns_engine.workflow.refusals import (
    FieldRefusal,
    Refusal,
    Unprocessable,
)


@post("/admin/opinions/{opinion_id:uuid}/give", guards=[INSPECTS], status_code=303)
async def give(request: AnyRequest, opinion_id: FromPath[UUID]) -> Response[Any]:
    """Give the second opinion; both are shown from then on."""
    form = await sent_form(request)
    checks = services_of(request).policy.condition_checks
    try:
        await give_opinion(opinion_id, _second(form, checks), **_by(request, form))
    except (Refusal, TransitionNotAllowed) as error:
        return await show_opinion(
            request, opinion_id, typed=form.typed(), ticked=ticked_in(form), error=error
        )
    return Redirect(f"/admin/opinions/{opinion_id}", status_code=303)


@post(
    "/admin/opinions/{opinion_id:uuid}/decide",
    guards=[staff_of_role(Role.MANAGER)],
    status_code=303,
)
async def decide(request: AnyRequest, opinion_id: FromPath[UUID]) -> Response[Any]:
    """Decide between two opinions that differ."""
    form = await sent_form(request)
    try:
        verdict = _chosen(form, "verdict", list(InspectionVerdict))
        goes_to = form.text("disposition")
        await decide_opinion(
            opinion_id,
            verdict=InspectionVerdict(verdict),
            disposition=Disposition(goes_to) if goes_to in set(Disposition) else None,
            note=form.text("note"),
            **_by(request, form),
        )
    except (Refusal, TransitionNotAllowed) as error:
        return await show_opinion(request, opinion_id, typed=form.typed(), error=error)
    return Redirect(f"/admin/opinions/{opinion_id}", status_code=303)


def _second(form: SentForm, checks: Sequence[str]) -> SecondVerdict:
    faults = [
        FieldRefusal(pointer=f"/{name}", code="missing_field", detail=says)
        for name, words, says in (
            ("verdict", set(InspectionVerdict), mark("Accept or reject: what would you do?")),
            ("grade", set(Grade), mark("Choose a grade from A to D.")),
        )
        if form.text(name) not in words
    ]
    if faults:
        raise Unprocessable(faults[0].code, faults[0].detail, *faults)
    cause = form.text("found_cause")
    return SecondVerdict(
        checks=checks_in(form, checks),
        grade=form.text("grade"),
        found_cause=cause if cause in set(FoundCause) else None,
        verdict=InspectionVerdict(form.text("verdict")),
        note=form.text("note") or None,
    )


def _chosen(form: SentForm, name: str, words: Collection[str]) -> str:
    found = form.text(name)
    if found not in words:
        fault = FieldRefusal(
            pointer=f"/{name}", code="missing_field", detail=mark("Choose one of the two.")
        )
        raise Unprocessable(fault.code, fault.detail, fault)
    return found


def _by(request: AnyRequest, form: SentForm) -> dict[str, Any]:
    services = services_of(request)
    return {
        "policy": services.policy,
        "actor": caller_on(request).actor,
        "now": services.clock(),
        "expected_version": known_version(form),
    }
