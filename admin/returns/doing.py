"""How a form on the page of a return is done: its fields, who sends it, and what is shown then."""

from collections.abc import Awaitable
from typing import Any

from litestar import Response

from admin.forms import SentForm, known_version
from admin.returns.page import show_return
from admin.sent_draft import back_to
from admin.signed_in import AnyRequest, caller_on
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.texts.words import mark
from returns_engine.web.who import services_of
from returns_engine.workflow.refusals import NotFound, Refusal, refuse_field

_MISSING = {
    "reason": mark("Say why, in words that the customer reads."),
    "question": mark("Type the question: the customer gets it by mail."),
    "answer": mark("Type what the customer answered."),
    "message": mark("Type the message: the customer gets it by mail."),
    "carrier": mark("Choose the carrier."),
    "tracking_number": mark("Type the tracking number."),
    "carrier_note": mark("Say what you asked the carrier, or what you heard."),
    "void_reason": mark("Say why this label is void."),
    "missing_reason": mark("Say why they come no more."),
}
"""What to do about each field that was left empty: the page says it at its head too."""


def needed(form: SentForm, name: str) -> str:
    """Return the words of a field; raises Unprocessable `missing` where there are none."""
    text = form.text(name)
    if not text:
        raise refuse_field("missing", _MISSING[name], f"/{name}")
    return text


def by_whom(request: AnyRequest, form: SentForm) -> dict[str, Any]:
    """Return who acts, when, and on which version of the case."""
    return {
        "actor": caller_on(request).actor,
        "now": services_of(request).clock(),
        "expected_version": known_version(form),
    }


async def done(
    request: AnyRequest, number: str, form: SentForm, act: Awaitable[None]
) -> Response[Any]:
    """Do it and show the case: changed, or with what stood in the way."""
    try:
        await act
    except NotFound:
        raise
    except (Refusal, TransitionNotAllowed) as error:
        return await show_return(request, number, form=form, error=error)
    return back_to(f"/admin/returns/{number}", form)
