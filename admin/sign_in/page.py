"""The sign-in page, the page for the code of an app, and the way out."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.response import Redirect

from admin.assets import staff_asset
from admin.forms import sent_form
from admin.local_path import HOME, local_path
from admin.sign_in.browser_words import browser_words
from admin.sign_in.enter import (
    CodeWanted,
    Entered,
    From,
    NotLetIn,
    Refused,
    enter,
    enter_with_code,
    leave,
)
from admin.sign_in.half_way import LASTS, staff_half_way
from admin.signed_in import SECOND_STEP, AnyRequest, anyone_signed_in, caller_on, staff_of
from returns_engine.texts.words import mark
from returns_engine.web.pages import is_secure, page
from returns_engine.web.rate_limits import address_of
from returns_engine.web.who import SESSION_COOKIE, services_of

HALF_WAY_COOKIE = "returns_half_way"
_SIGN_IN = "/admin/sign-in"
_CODE = "/admin/sign-in/code"
_SAYS = {
    NotLetIn.INACTIVE: mark("This account is switched off. Ask an administrator."),
    NotLetIn.NO_ROLE: mark("This account has no role yet. Ask an administrator."),
    NotLetIn.WRONG_CODE: mark("This code is not right. Please try again."),
    NotLetIn.USED_CODE: mark("This code was used before. Wait for the next one in your app."),
}
_WRONG = mark("The e-mail or the password is not right. Please try again.")
_OVER = mark("That took too long. Please sign in again.")


@get(_SIGN_IN)
async def sign_in_page(request: AnyRequest) -> Response[Any]:
    """Show the form; somebody who is signed in already goes on at once."""
    asked = local_path(request.query_params.get("next", HOME))
    caller = await staff_of(request)
    if caller is not None:
        owes = caller.owes_second_step(services_of(request).settings)
        return Redirect(SECOND_STEP if owes else asked, status_code=303)
    says = _OVER if "over" in request.query_params else ""
    return _form(request, "sign_in.html", {"asked": asked, "says": says})


@post(_SIGN_IN, status_code=303)
async def sign_in(request: AnyRequest) -> Response[Any]:
    """Let somebody in, ask for a code, or say why not."""
    form = await sent_form(request)
    services = services_of(request)
    asked, email = local_path(form.text("next")), form.text("email")
    outcome = await enter(
        email=email,
        password=str(form.fields.get("password", "")),
        origin=_origin(request),
        secret_key=services.settings.secret_key,
        now=services.clock(),
    )
    if isinstance(outcome, Refused):
        return _refused(request, outcome, "sign_in.html", asked=asked, email=email)
    if isinstance(outcome, CodeWanted):
        answer = Redirect(f"{_CODE}?next={quote(asked, safe='')}", status_code=303)
        _set_cookie(request, answer, HALF_WAY_COOKIE, outcome.token)
        return answer
    return _entered(request, outcome, asked)


@get(_CODE)
async def code_page(request: AnyRequest) -> Response[Any]:
    """Ask for the code of the app, or for a recovery code."""
    if await _half_way(request) is None:
        return Redirect(_SIGN_IN, status_code=303)
    asked = local_path(request.query_params.get("next", HOME))
    recovery = request.query_params.get("with") == "recovery"
    return _form(request, "sign_in_code.html", {"asked": asked, "recovery": recovery})


@post(_CODE, status_code=303)
async def sign_in_with_code(request: AnyRequest) -> Response[Any]:
    """Let somebody in whose password was right, or say why not."""
    form, staff = await sent_form(request), await _half_way(request)
    asked = local_path(form.text("next"))
    if staff is None:
        return Redirect(f"{_SIGN_IN}?over=1&next={quote(asked, safe='')}", status_code=303)
    services = services_of(request)
    outcome = await enter_with_code(
        staff,
        "".join(form.text("code").split()),
        origin=_origin(request),
        secret_key=services.settings.secret_key,
        now=services.clock(),
    )
    if isinstance(outcome, Refused):
        recovery = form.text("with") == "recovery"
        return _refused(request, outcome, "sign_in_code.html", asked=asked, recovery=recovery)
    return _entered(request, outcome, asked)


@post("/admin/sign-out", guards=[anyone_signed_in()], status_code=303)
async def sign_out(request: AnyRequest) -> Response[Any]:
    """End the session."""
    await leave(
        token=request.cookies[SESSION_COOKIE],
        actor=caller_on(request).actor,
        now=services_of(request).clock(),
    )
    answer = Redirect(_SIGN_IN, status_code=303)
    answer.delete_cookie(SESSION_COOKIE, path="/")
    return answer


def _origin(request: AnyRequest) -> From:
    browser = browser_words(request.headers.get("user-agent", ""))
    return From(address=address_of(request)[:64], browser=browser)


async def _half_way(request: AnyRequest) -> int | None:
    services = services_of(request)
    token = request.cookies.get(HALF_WAY_COOKIE, "")
    return await staff_half_way(
        token, secret_key=services.settings.secret_key, now=services.clock()
    )


def _entered(request: AnyRequest, outcome: Entered, asked: str) -> Response[Any]:
    answer = Redirect(asked, status_code=303)
    _set_cookie(request, answer, SESSION_COOKIE, outcome.token)
    answer.delete_cookie(HALF_WAY_COOKIE, path=_SIGN_IN)
    return answer


def _set_cookie(request: AnyRequest, answer: Response[Any], name: str, value: str) -> None:
    half_way = name == HALF_WAY_COOKIE
    answer.set_cookie(
        name,
        value,
        path=_SIGN_IN if half_way else "/",
        max_age=int(LASTS.total_seconds()) if half_way else None,
        httponly=True,
        samesite="lax",
        secure=is_secure(services_of(request).settings),
    )


def _refused(request: AnyRequest, outcome: Refused, name: str, **shown: object) -> Response[Any]:
    if outcome.held_back is None:
        says = _SAYS.get(outcome.why, _WRONG)
        return _form(request, name, {**shown, "says": says}, status=422)
    seconds = max(1, -(-outcome.held_back.retry_after // timedelta(seconds=1)))
    answer = _form(request, name, {**shown, "minutes": -(-seconds // 60)}, status=429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _form(
    request: AnyRequest, name: str, shown: Mapping[str, object], *, status: int = 200
) -> Response[str]:
    start: Mapping[str, object] = {"email": "", "says": "", "minutes": 0, "recovery": False}
    every = {**start, "staff_asset": staff_asset, **shown}
    return page(request, name, status=status, **every)
