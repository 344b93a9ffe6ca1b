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
from returns_engine.web.problems import status_of
from returns_engine.web.who import services_of
from returns_engine.workflow.refusals import Refusal


@get("/admin/messages", guards=[staff_with(Scope.RETURNS_WRITE)])
async def messages(request: AnyRequest) -> Response[str]:
    """List what waits, the oldest first."""
    return await show_messages(request)


async def show_messages(
    request: AnyRequest, *, about: str = "", typed: str = "", error: Refusal | None = None
) -> Response[Any]:
    """Answer with the lists; after an error `about` a mail with what was `typed` for it."""
    return staff_page(
        request,
        "messages.html",
        status=status_of(error) if error else 200,
        to_answer=await returns_to_answer(),
        not_arrived=await mails_not_arrived(),
        without_a_case=await mails_without_a_case(),
        most=SHOWN,
        about=about,
        typed=typed,
        says=str(error) if error else "",
        faults=faults_of(error),
        now=services_of(request).clock(),
    )
