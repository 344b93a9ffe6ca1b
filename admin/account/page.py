"""One's own account: where one is signed in, the second step, and the password."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from admin.account.own_password import change_password
from admin.forms import faults_of, sent_form
from admin.signed_in import AnyRequest, anyone_signed_in, caller_on, staff_page
from returns_engine.queries.staff_account import email_of_staff, list_sessions, read_second_step
from returns_engine.texts.words import mark
from returns_engine.web.who import SESSION_COOKIE, services_of
from returns_engine.workflow.refusals import NotFound, Unprocessable
from returns_engine.workflow.staff_sessions import end_other_sessions, end_session

OWN = [anyone_signed_in()]
_PAGE = "/admin/account"
_LARGEST_ID = 2**31 - 1
_SAID: Mapping[str, str] = {
    "ended": mark("That browser is signed out."),
    "others": mark("All other browsers are signed out."),
    "password": mark("Your password is changed, and all other browsers are signed out."),
    "removed": mark("Your app is taken away. You sign in with your password alone."),
}


@get(_PAGE, guards=OWN)
async def account(request: AnyRequest) -> Response[str]:
    """Show one's own account."""
    return await _account(request, said=_SAID.get(request.query_params.get("said", "")))


@post(_PAGE + "/sessions/{session_id:int}/end", guards=OWN, status_code=303)
async def end_one(request: AnyRequest, session_id: FromPath[int]) -> Redirect:
    """Sign one browser out."""
    if not 0 < session_id <= _LARGEST_ID:
        raise NotFound("session")
    now, actor = services_of(request).clock(), caller_on(request).actor
    await end_session(session_id, staff=person_on(request), actor=actor, now=now)
    return Redirect(f"{_PAGE}?said=ended", status_code=303)


@post(_PAGE + "/sessions/end-others", guards=OWN, status_code=303)
async def end_all_others(request: AnyRequest) -> Redirect:
    """Sign all browsers out but this one."""
    now, actor = services_of(request).clock(), caller_on(request).actor
    session = session_on(request)
    await end_other_sessions(person_on(request), session=session, actor=actor, now=now)
    return Redirect(f"{_PAGE}?said=others", status_code=303)


@post(_PAGE + "/password", guards=OWN, status_code=303)
async def new_password(request: AnyRequest) -> Response[Any]:
    """Change one's own password, or say what is wrong."""
    form = await sent_form(request)
    old, new, again = (str(form.fields.get(name, "")) for name in ("password", "new", "again"))
    try:
        await change_password(
            person_on(request),
            old=old,
            new=new,
            again=again,
            session=session_on(request),
            actor=caller_on(request).actor,
            now=services_of(request).clock(),
        )
    except Unprocessable as refused:
        return await _account(request, faults=faults_of(refused), status=422)
    return Redirect(f"{_PAGE}?said=password", status_code=303)


def person_on(request: AnyRequest) -> int:
    """Return who of the staff is signed in."""
    person = caller_on(request).actor.person
    assert person is not None  # noqa: S101 - whoever has a session is a person
    return person


def session_on(request: AnyRequest) -> str:
    """Return the token of the session that asks."""
    return request.cookies[SESSION_COOKIE]


async def _account(
    request: AnyRequest,
    *,
    said: str | None = None,
    faults: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response[str]:
    person = person_on(request)
    return staff_page(
        request,
        "account.html",
        status=status,
        email=await email_of_staff(person),
        sessions=await list_sessions(person, session=session_on(request)),
        second_step=await read_second_step(person),
        said=said,
        faults=faults or {},
    )
