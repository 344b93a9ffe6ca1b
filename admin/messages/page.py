"""What was written to us and waits, what did not arrive, and what fits no case."""

from typing import Any

from litestar import Response, get

from admin.forms import faults_of
from admin.signed_in import AnyRequest, staff_page, staff_with
from returns_engine.queries.waiting_messages import (
    SHOWN,
    mails_not_arrived,
    mails_without_a_case,
    returns_to_answer,
)
from returns_engine.rules.words import Scope
from returns_engine.texts.words import mark
from returns_engine.web.problems import status_of
from returns_engine.web.who import services_of
from returns_engine.workflow.refusals import Refusal

TO_ANSWER, NOT_ARRIVED, WITHOUT_A_CASE = "to_answer", "not_arrived", "without_a_case"
SHOWS = {
    TO_ANSWER: mark("To answer"),
    NOT_ARRIVED: mark("Did not arrive"),
    WITHOUT_A_CASE: mark("Fits no case"),
}
"""What the page lists, by the word in its address; without a word all of it."""


@get("/admin/messages", guards=[staff_with(Scope.RETURNS_WRITE)])
async def messages(request: AnyRequest) -> Response[str]:
    """List what waits, the oldest first."""
    return await show_messages(request)


async def show_messages(
    request: AnyRequest, *, about: str = "", typed: str = "", error: Refusal | None = None
) -> Response[Any]:
    """Answer with the lists; after an error `about` a mail with what was `typed` for it."""
    show = request.query_params.get("show")
    show = show if show in SHOWS else None
    return staff_page(
        request,
        "messages.html",
        show=show,
        shows=SHOWS,
        status=status_of(error) if error else 200,
        to_answer=await returns_to_answer() if show in {None, TO_ANSWER} else [],
        not_arrived=await mails_not_arrived() if show in {None, NOT_ARRIVED} else [],
        without_a_case=await mails_without_a_case() if show in {None, WITHOUT_A_CASE} else [],
        most=SHOWN,
        about=about,
        typed=typed,
        says=str(error) if error else "",
        faults=faults_of(error),
        now=services_of(request).clock(),
    )
