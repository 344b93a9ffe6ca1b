"""The refund desk: what failed or is stuck, what it means, and what to do; and all refunds."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from admin.forms import sent_form
from admin.local_path import local_path
from admin.refunds.queue import (
    count_troubles,
    payments_to_look_at,
    place_of,
    read_all,
    read_troubled,
)
from admin.refunds.troubles import TROUBLES
from admin.signed_in import AnyRequest, caller_on, staff_page, staff_with
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.words import Scope
from returns_engine.web.who import services_of
from returns_engine.workflow.ask_now import ask_now
from returns_engine.workflow.refusals import Conflict

_READS, _DECIDES = staff_with(Scope.REFUNDS_READ), staff_with(Scope.REFUNDS_APPROVE)
_DESK = "/admin/refunds"


@get(_DESK, guards=[_READS])
async def refund_desk(request: AnyRequest) -> Response[str]:
    """List the refunds that need somebody, or all of them by state."""
    asked, now = request.query_params, services_of(request).clock()
    person = caller_on(request).actor.person
    after = place_of(asked.get("after", ""))
    every = asked.get("show") == "all"
    trouble = asked.get("trouble") if asked.get("trouble") in TROUBLES else None
    state = asked.get("state") if asked.get("state") in list(RefundState) else None
    if every:
        page = await read_all(person=person, state=state, after=after)
    else:
        page = await read_troubled(now, person=person, trouble=trouble, after=after)
    return staff_page(
        request,
        "refund_desk.html",
        every=every,
        trouble=trouble,
        state=state,
        states=list(RefundState),
        troubles=TROUBLES,
        counts=await count_troubles(now),
        page=page,
        payments=[] if every or trouble or after else await payments_to_look_at(),
        onward=_address(every=every, trouble=trouble, state=state, after=page.after),
        here=_address(every=every, trouble=trouble, state=state, after=asked.get("after")),
        said=asked.get("said"),
        now=now,
    )


@post(_DESK + "/{refund_id:uuid}/ask", guards=[_DECIDES], status_code=303)
async def ask(request: AnyRequest, refund_id: FromPath[UUID]) -> Response[Any]:
    """Have the provider asked now, and show the list again."""
    form = await sent_form(request)
    asked = local_path(form.text("back"))
    back = asked if asked.startswith(_DESK) else _DESK
    said = "asked"
    try:
        await ask_now(refund_id)
    except Conflict:
        said = "nothing"
    return Redirect(f"{back}{'&' if '?' in back else '?'}said={said}", status_code=303)


def _address(*, every: bool, trouble: str | None, state: str | None, after: str | None) -> str:
    told = {"show": "all" if every else None, "trouble": trouble, "state": state, "after": after}
    query = urlencode({name: value for name, value in told.items() if value})
    return f"{_DESK}?{query}" if query else _DESK
