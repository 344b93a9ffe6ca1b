"""The sign-in page, and the way out."""

from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from admin.forms import sent_form
from admin.local_path import HOME, local_path
from admin.sign_in.enter import NotLetIn, Refused, enter, leave
from admin.signed_in import AnyRequest, caller_on, staff_of, staff_with
from returns_engine.texts.words import mark
from returns_engine.web.pages import is_secure, page
from returns_engine.web.who import SESSION_COOKIE, services_of

_SAYS = {
    NotLetIn.INACTIVE: mark("This account is switched off. Ask an administrator."),
    NotLetIn.NO_ROLE: mark("This account has no role yet. Ask an administrator."),
}
_WRONG = mark("The e-mail or the password is not right. Please try again.")


@get("/admin/sign-in")
async def sign_in_page(request: AnyRequest) -> Response[Any]:
    """Show the form; somebody who is signed in already goes on at once."""
    asked = local_path(request.query_params.get("next", HOME))
    if await staff_of(request) is not None:
        return Redirect(asked, status_code=303)
    return _form(request, asked=asked)


@post("/admin/sign-in", status_code=303)
async def sign_in(request: AnyRequest) -> Response[Any]:
    """Let somebody in, or say why not."""
    form = await sent_form(request)
    services = services_of(request)
    address = request.client.host if request.client else ""
    asked, email = local_path(form.text("next")), form.text("email")
    outcome = await enter(
        email=email,
        password=str(form.fields.get("password", "")),
        address=address,
        now=services.clock(),
    )
    if isinstance(outcome, Refused):
        return _refused(request, outcome, asked=asked, email=email)
    answer = Redirect(asked, status_code=303)
    answer.set_cookie(
        SESSION_COOKIE,
        outcome.token,
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_secure(services.settings),
    )
    return answer


@post("/admin/sign-out", guards=[staff_with()], status_code=303)
async def sign_out(request: AnyRequest) -> Response[Any]:
    """End the session."""
    await leave(
        token=request.cookies[SESSION_COOKIE],
        actor=caller_on(request).actor,
        now=services_of(request).clock(),
    )
    answer = Redirect("/admin/sign-in", status_code=303)
    answer.delete_cookie(SESSION_COOKIE, path="/")
    return answer


def _refused(request: AnyRequest, outcome: Refused, *, asked: str, email: str) -> Response[Any]:
    if outcome.held_back is None:
        says = _SAYS.get(outcome.why, _WRONG)
        return _form(request, asked=asked, email=email, says=says, status=422)
    seconds = max(1, -(-outcome.held_back.retry_after // timedelta(seconds=1)))
    answer = _form(request, asked=asked, email=email, minutes=-(-seconds // 60), status=429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _form(
    request: AnyRequest,
    *,
    asked: str,
    email: str = "",
    says: str = "",
    minutes: int = 0,
    status: int = 200,
) -> Response[str]:
    return page(
        request,
        "sign_in.html",
        status=status,
        asked=asked,
        email=email,
        says=says,
        minutes=minutes,
    )
