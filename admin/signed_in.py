"""Who of the staff is at the other end of a page, and what happens to those who may not be here."""

import re
from collections.abc import Collection
from typing import Any, cast
from urllib.parse import quote, urlsplit

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.response import Redirect
from litestar.types import Guard

from admin.ages import whole_units
from admin.assets import staff_asset
from admin.local_path import HOME, local_path
from admin.navigation import menus_for
from admin.words import WORDS
from returns_engine.rules.granted_scopes import roles_with
from returns_engine.rules.words import Role, Scope
from returns_engine.web.pages import page
from returns_engine.web.under_path import cut, public_path
from returns_engine.web.who import SESSION_COOKIE, Caller, services_of, staff_of_session

AnyRequest = Request[Any, Any, Any]
AnyConnection = ASGIConnection[Any, Any, Any, Any]
_STATE = "staff"
SECOND_STEP = "/admin/account/second-step"


class SignInFirst(Exception):  # noqa: N818 - named for what is to be done
    """Nobody of the staff is signed in."""


class SecondStepFirst(Exception):  # noqa: N818 - named for what is to be done
    """The caller's role demands an authenticator app, and none is set up."""


class NotYourPlace(Exception):  # noqa: N818 - named for what is the matter
    """The caller has none of `roles`, whose place it is."""

    def __init__(self, caller: Caller, roles: Collection[Role]) -> None:
        super().__init__(f"{caller.name} is not of {', '.join(roles)}")
        self.roles = roles


async def staff_of(connection: AnyConnection) -> Caller | None:
    """Return the member of staff whose session the cookie is; keys and tokens open no page."""
    state = connection.scope["state"]
    if _STATE not in state:
        session = connection.cookies.get(SESSION_COOKIE)
        caller = await staff_of_session(session) if session else None
        # Who lost the last role lost the way in, however long the session would have lived.
        state[_STATE] = caller if caller and caller.has_a_role else None
    return cast("Caller | None", state[_STATE])


def caller_on(request: AnyRequest) -> Caller:
    """Return who is signed in, behind a guard of this file."""
    return cast("Caller", request.scope["state"][_STATE])


def anyone_signed_in() -> Guard:
    """Return a guard for all staff, also for those who are yet to set up their second step."""

    async def guard(connection: AnyConnection, _: BaseRouteHandler) -> None:
        if await staff_of(connection) is None:
            raise SignInFirst

    return guard


def staff_with(*scopes: Scope) -> Guard:
    """Return a guard for all staff, or for those who hold one of `scopes`.

    Raises SignInFirst, SecondStepFirst and NotYourPlace, which `routes.py` turns into pages.
    """

    async def guard(connection: AnyConnection, _: BaseRouteHandler) -> None:
        caller = await _somebody_on(connection)
        if scopes and not caller.may(*scopes):
            roles = dict.fromkeys(role for scope in scopes for role in roles_with(scope))
            raise NotYourPlace(caller, tuple(roles))

    return guard


def staff_of_role(*roles: Role) -> Guard:
    """Return a guard for those with one of `roles`, for what is of a role and of no scope."""

    async def guard(connection: AnyConnection, _: BaseRouteHandler) -> None:
        caller = await _somebody_on(connection)
        if not caller.is_one_of(roles):
            raise NotYourPlace(caller, roles)

    return guard


async def _somebody_on(connection: AnyConnection) -> Caller:
    caller = await staff_of(connection)
    if caller is None:
        raise SignInFirst
    if caller.owes_second_step(services_of(connection).settings):
        raise SecondStepFirst
    return caller


def staff_page(
    request: AnyRequest, name: str, *, status: int = 200, **context: object
) -> Response[str]:
    """Answer with a page of the staff's side: with the caller, and the navigation of their role."""
    caller = caller_on(request)
    owes = caller.owes_second_step(services_of(request).settings)
    shared = {
        "caller": caller,
        "menus": () if owes else menus_for(caller),
        "finds": not owes and caller.may(Scope.RETURNS_READ),
        "words": WORDS,
        "staff_asset": staff_asset,
        "whole_units": whole_units,
    }
    return page(request, name, status=status, **{**shared, **context})


def to_sign_in(request: AnyRequest, _: Exception) -> Response[Any]:
    """Lead to the sign-in page, and from there back to the page that was asked for, or was open."""
    asked = request.url.path
    query = f"?{request.url.query}" if request.url.query else ""
    if request.method != "GET" or request.headers.get("hx-request"):
        asked, query = _page_open(request), ""
    where = f"/admin/sign-in?next={quote(asked + query, safe='')}"
    return _lead_to(request, where)


# No page of ours has a longer one, and anybody may claim any.
_LONGEST_ADDRESS = 2_000
_VERB = re.compile(r"[a-z-]+")


def _page_open(request: AnyRequest) -> str:
    """Return the page of ours that a form, or a part of a page, was sent from."""
    named = request.headers.get("hx-current-url") or request.headers.get("referer") or ""
    if len(named) > _LONGEST_ADDRESS:
        return HOME
    try:
        there = urlsplit(named)
    except ValueError:
        return HOME
    path = cut(there.path, public_path(services_of(request).settings))
    if there.netloc != request.url.netloc or path is None:
        return HOME
    return local_path(_without_form(path))


def _without_form(path: str) -> str:
    """Return the page of a form: one that was refused leaves `…/RMA-7K2M9Q4X/decline` behind."""
    place, _, verb = path.rpartition("/")
    kind, _, number = place.rpartition("/")
    numbered = any(sign.isdecimal() for sign in number)
    is_form = numbered and kind.startswith(f"{HOME}/") and _VERB.fullmatch(verb)
    return place if is_form else path


def to_second_step(request: AnyRequest, _: Exception) -> Response[Any]:
    """Lead to where the authenticator app is set up."""
    return _lead_to(request, SECOND_STEP)


def _lead_to(request: AnyRequest, where: str) -> Response[Any]:
    if request.headers.get("hx-request"):
        # htmx would put the page into the middle of the one that is open.
        return Response(content=b"", status_code=401, headers={"HX-Redirect": where})
    return Redirect(where, status_code=303)


def not_your_place(request: AnyRequest, error: Exception) -> Response[Any]:
    """Say which role may be here, and whom to ask."""
    roles = cast("NotYourPlace", error).roles
    return staff_page(request, "not_your_place.html", status=403, roles=roles)
