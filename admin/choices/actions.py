"""What support does to a choice from its page: take it back, or mark it as carried out."""

from collections.abc import Awaitable
from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from admin.choices.page import show_choice
from admin.forms import SentForm, known_version, sent_form
from admin.signed_in import AnyRequest, caller_on, staff_with
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.words import Scope
from returns_engine.texts.words import mark
from returns_engine.web.who import services_of
from returns_engine.workflow.handle_choice import carry_out_choice, withdraw_choice
from returns_engine.workflow.refusals import NotFound, Refusal, refuse_field

_REVIEWS = staff_with(Scope.RETURNS_REVIEW)
_LONGEST_REFERENCE = 255


@post("/admin/choices/{choice_id:uuid}/withdraw", guards=[_REVIEWS], status_code=303)
async def withdraw(request: AnyRequest, choice_id: FromPath[UUID]) -> Response[Any]:
    """Take an open choice back, in words the customer reads."""
    form = await sent_form(request)

    async def act() -> None:
        reason = form.text("reason")
        if not reason:
            raise refuse_field("reason_missing", mark("Say why: the customer reads it."), "/reason")
        await withdraw_choice(choice_id, reason=reason, **_by(request, form))

    return await _done(request, choice_id, form, act())


@post("/admin/choices/{choice_id:uuid}/done", guards=[_REVIEWS], status_code=303)
async def done(request: AnyRequest, choice_id: FromPath[UUID]) -> Response[Any]:
    """Mark a wait or a swap as carried out."""
    form = await sent_form(request)

    async def act() -> None:
        reference = form.text("reference")
        if not 1 <= len(reference) <= _LONGEST_REFERENCE:
            says = mark("Type the number it went out under, such as the shop's order.")
            raise refuse_field("reference_missing", says, "/reference")
        await carry_out_choice(choice_id, reference=reference, **_by(request, form))

    return await _done(request, choice_id, form, act())


def _by(request: AnyRequest, form: SentForm) -> dict[str, Any]:
    return {
        "actor": caller_on(request).actor,
        "now": services_of(request).clock(),
        "expected_version": known_version(form),
    }


async def _done(
    request: AnyRequest, choice_id: UUID, form: SentForm, act: Awaitable[None]
) -> Response[Any]:
    """Do it and show the choice: changed, or with what stood in the way."""
    try:
        await act
    except NotFound:
        raise
    except (Refusal, TransitionNotAllowed) as error:
        return await show_choice(request, choice_id, typed=form.typed(), error=error)
    return Redirect(f"/admin/choices/{choice_id}", status_code=303)
