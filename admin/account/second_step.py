"""Set up an authenticator app, get new recovery codes, and take the app away again."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import segno
from litestar import Response, get, post
from litestar.response import Redirect

from admin.account.own_password import require_own_password
from admin.account.page import OWN, person_on, session_on
from admin.forms import faults_of, sent_form
from admin.signed_in import SECOND_STEP, AnyRequest, caller_on, staff_page
from returns_engine.queries.staff_account import email_of_staff, read_second_step
from returns_engine.web.pages import is_secure
from returns_engine.web.signing import same_text, sign
from returns_engine.web.who import services_of
from returns_engine.workflow.keep_totp import enrol_totp, remove_totp
from returns_engine.workflow.recovery_codes import renew_recovery_codes
from returns_engine.workflow.refusals import Conflict, Unprocessable
from returns_engine.workflow.totp_code import new_salt, totp_address, totp_secret

_SALT_COOKIE = "returns_new_app"
_LASTS = timedelta(minutes=30)


@get(SECOND_STEP, guards=OWN)
async def second_step(request: AnyRequest) -> Response[str]:
    """Show how the second step stands, or what is needed to set it up."""
    return await _page(request)


@post(SECOND_STEP, guards=OWN, status_code=200)
async def enrol(request: AnyRequest) -> Response[Any]:
    """Set up the app that shows the right code, and show the recovery codes this once."""
    form, services, salt = await sent_form(request), services_of(request), _salt_on(request)
    if salt is None:
        return Redirect(SECOND_STEP, status_code=303)
    try:
        codes = await enrol_totp(
            person_on(request),
            salt=salt,
            code="".join(form.text("code").split()),
            session=session_on(request),
            secret_key=services.settings.secret_key,
            actor=caller_on(request).actor,
            now=services.clock(),
        )
    except Unprocessable as refused:
        return await _page(request, faults=faults_of(refused), status=422)
    except Conflict:
        return Redirect(SECOND_STEP, status_code=303)
    answer = _codes(request, codes, first=True)
    answer.delete_cookie(_SALT_COOKIE, path=SECOND_STEP)
    return answer


@post(SECOND_STEP + "/recovery-codes", guards=OWN, status_code=200)
async def new_codes(request: AnyRequest) -> Response[Any]:
    """Make ten new recovery codes, and show them this once."""
    person, now = person_on(request), services_of(request).clock()
    if await read_second_step(person) is None:
        return Redirect(SECOND_STEP, status_code=303)
    try:
        await _require_password(request)
    except Unprocessable as refused:
        return await _page(request, faults={"codes": refused.detail}, status=422)
    codes = await renew_recovery_codes(person, actor=caller_on(request).actor, now=now)
    return _codes(request, codes, first=False)


@post(SECOND_STEP + "/remove", guards=OWN, status_code=303)
async def remove(request: AnyRequest) -> Response[Any]:
    """Take the app away; where the role demands one, another is to be set up at once."""
    person, now = person_on(request), services_of(request).clock()
    try:
        await _require_password(request)
        await remove_totp(person, actor=caller_on(request).actor, now=now)
    except Unprocessable as refused:
        return await _page(request, faults={"remove": refused.detail}, status=422)
    except Conflict:
        return Redirect(SECOND_STEP, status_code=303)
    return Redirect("/admin/account?said=removed", status_code=303)


async def _require_password(request: AnyRequest) -> None:
    form = await sent_form(request)
    password = str(form.fields.get("password", ""))
    await require_own_password(person_on(request), password, now=services_of(request).clock())


def _codes(request: AnyRequest, codes: list[str], *, first: bool) -> Response[Any]:
    return staff_page(request, "recovery_codes.html", codes=codes, first=first)


async def _page(
    request: AnyRequest, *, faults: Mapping[str, str] | None = None, status: int = 200
) -> Response[str]:
    person, services = person_on(request), services_of(request)
    stands = await read_second_step(person)
    shown: dict[str, object] = {"stands": stands, "faults": faults or {}}
    owes = caller_on(request).owes_second_step(services.settings)
    if stands is not None:
        return staff_page(request, "second_step.html", status=status, owes=owes, **shown)
    # Whoever comes back from their app, or mistyped, finds the code that they scanned.
    salt = _salt_on(request) or new_salt()
    secret = totp_secret(person, salt, secret_key=services.settings.secret_key)
    email = await email_of_staff(person)
    address = totp_address(secret, person=email, shop=services.settings.shop_name)
    shown |= {"picture": _picture(address), "secret": secret, "address": address, "owes": owes}
    answer = staff_page(request, "second_step.html", status=status, **shown)
    answer.set_cookie(
        _SALT_COOKIE,
        f"{salt}.{_signed(request, salt)}",
        path=SECOND_STEP,
        max_age=int(_LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_secure(services.settings),
    )
    return answer


def _picture(address: str) -> str:
    """Return the address as a QR code, inside the page: it is seen by nobody on the way."""
    code = segno.make(address, error="m", micro=False)
    return code.svg_data_uri(scale=5, border=4, light="#ffffff", dark="#000000")


def _salt_on(request: AnyRequest) -> str | None:
    salt, _, signature = request.cookies.get(_SALT_COOKIE, "").rpartition(".")
    ours = salt and same_text(signature, _signed(request, salt))
    return salt if ours else None


def _signed(request: AnyRequest, salt: str) -> str:
    key = services_of(request).settings.secret_key
    return sign(f"{person_on(request)}\n{salt}", key=key, purpose="new app")
