"""Who of the staff is at the other end of a page, and what happens to those who may not be here."""

from typing import Any, cast
from urllib.parse import quote

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.response import Redirect
from litestar.types import Guard

from admin.ages import whole_units
from admin.assets import staff_asset
from admin.navigation import places_for, roles_with
from admin.words import WORDS
from returns_engine.rules.words import Scope
from returns_engine.web.pages import page
from returns_engine.web.who import SESSION_COOKIE, Caller, staff_of_session

AnyRequest = Request[Any, Any, Any]
_STATE = "staff"


class SignInFirst(Exception):  # noqa: N818 - named for what is to be done
    """Nobody of the staff is signed in."""


class NotYourPlace(Exception):  # noqa: N818 - named for what is the matter
    """The caller's roles lack `scope`."""

    def __init__(self, caller: Caller, scope: Scope) -> None:
        super().__init__(f"{caller.name} lacks {scope}")
        self.caller = caller
        self.scope = scope


async def staff_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Caller | None:
    """Return the member of staff whose session the cookie is; keys and tokens open no page."""
    state = connection.scope["state"]
    if _STATE not in state:
        session = connection.cookies.get(SESSION_COOKIE)
        caller = await staff_of_session(session) if session else None
        # Who lost the last role lost the way in, however long the session would have lived.
        state[_STATE] = caller if caller and caller.roles else None
    return cast("Caller | None", state[_STATE])


def caller_on(request: AnyRequest) -> Caller:
    """Return who is signed in, behind a guard of this file."""
    return cast("Caller", request.scope["state"][_STATE])


def staff_with(scope: Scope | None = None) -> Guard:
    """Return a guard for all staff, or for those who hold `scope`.

    Raises SignInFirst and NotYourPlace, which `routes.py` turns into pages.
    """

    async def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        caller = await staff_of(connection)
        if caller is None:
            raise SignInFirst
        if scope is not None and scope not in caller.scopes:
            raise NotYourPlace(caller, scope)

    return guard


def staff_page(
    request: AnyRequest, name: str, *, status: int = 200, **context: object
) -> Response[str]:
    """Answer with a page of the staff's side: with the caller, and the navigation of their role."""
    caller = caller_on(request)
    shared = {
        "caller": caller,
        "places": places_for(caller),
        "words": WORDS,
        "staff_asset": staff_asset,
        "whole_units": whole_units,
    }
    return page(request, name, status=status, **{**shared, **context})


def to_sign_in(request: AnyRequest, _: Exception) -> Response[Any]:
    """Lead to the sign-in page, and from there back to the page that was asked for."""
    asked = request.url.path if request.method == "GET" else "/admin"
    query = f"?{request.url.query}" if request.url.query and request.method == "GET" else ""
    where = f"/admin/sign-in?next={quote(asked + query, safe='')}"
    if request.headers.get("hx-request"):
        # htmx would put the sign-in page into the middle of the one that is open.
        return Response(content=b"", status_code=401, headers={"HX-Redirect": where})
    return Redirect(where, status_code=303)


def not_your_place(request: AnyRequest, error: Exception) -> Response[Any]:
    """Say which role may be here, and whom to ask."""
    scope = cast("NotYourPlace", error).scope
    return staff_page(request, "not_your_place.html", status=403, roles=roles_with(scope))
