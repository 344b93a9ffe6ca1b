"""The mails we sent, with what became of them: most that are missing lie in spam (65)."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect

from returns_engine.letters.forms import unwrapped
from returns_engine.web.portal.draft import Fields
from returns_engine.web.portal.once import once
from returns_engine.web.portal.session import AnyRequest, owner_of
from returns_engine.web.problems import TooMany
from returns_engine.web.resend_limit import resend_counted
from returns_engine.web.who import services_of
from returns_engine.workflow.refusals import Conflict


def mails_of_ours(messages: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return what we mailed about a return, newest first, for a page that breaks lines itself."""
    ours = [one for one in messages if one["direction"] == "out"][::-1]
    return [{**one, "text": unwrapped(one["text"] or "")} for one in ours]


@post("/returns/{number:str}/mails/{message_id:uuid}/resend")
async def send_again(
    request: AnyRequest, number: FromPath[str], message_id: FromPath[UUID]
) -> Redirect:
    """Send a mail again, to the address on file."""
    actor = await owner_of(request, number)
    services = services_of(request)
    now = services.clock()
    fields = Fields.of(await request.form())
    said = "resent"

    async def resend() -> None:
        await resend_counted(number, message_id, actor=actor, settings=services.settings, now=now)

    try:
        await once(request, fields, actor, resend)
    except TooMany:
        said = "resent_too_often"
    except Conflict as refused:
        said = "resent_already" if refused.code == "still_waiting" else "too_late"
    return Redirect(f"/returns/{number}?said={said}", status_code=303)
