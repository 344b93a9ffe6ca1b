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


def needed(form: SentForm, name: str) -> str:
    """Return the words of a field; raises Unprocessable `missing` where there are none."""
    text = form.text(name)
    if not text:
        raise refuse_field("missing", mark("This field needs a few words."), f"/{name}")
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
