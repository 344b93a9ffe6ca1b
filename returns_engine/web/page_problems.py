"""Errors as pages, for people; programs get problem+json (`web/problems.py`)."""

from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.response import Redirect

from returns_engine.texts.words import mark
from returns_engine.web.languages import is_staffs
from returns_engine.web.methods import methods_at
from returns_engine.web.pages import PROGRAMS, page
from returns_engine.web.problems import (
    headers_of,
    log_away,
    log_unexpected,
    problem_response,
    status_of,
)
from returns_engine.web.trace import trace_id_of
from returns_engine.workflow.database_away import database_away

AnyRequest = Request[Any, Any, Any]
_SERVER_ERROR = 500
_STAFFS_START = "/admin"
_NOT_TAKEN_SO = 405
_NOT_FOUND = 404
_OF_ONE_ORDER = ("/returns/", "/order/refused/")
_WORDS = {
    403: (
        mark("This form is too old"),
        mark("Go back, load the page again, and send the form once more."),
    ),
    404: (
        mark("There is nothing here"),
        mark("The address may be mistyped, or the return belongs to another order."),
    ),
    405: (
        mark("This is not a page to open"),
        mark("Something is sent to this address from a page of ours. Please start there."),
    ),
    413: (
        mark("Your photos are too large"),
        mark("Go back and send fewer, or smaller ones: 10 MB each."),
    ),
    429: (
        mark("Too many tries"),
        mark("To keep others out we count the tries. Please come back in an hour."),
    ),
    431: (
        mark("Your browser sends too much"),
        mark("Delete the cookies that it keeps for this site, and load the page again."),
    ),
}
_FOR_STAFF = {
    403: (
        mark("This form is too old"),
        mark("Go back, load the page again, sign in if you are asked to, and send the form again."),
    ),
    404: (
        mark("There is nothing here"),
        mark("The address may be mistyped, or what it named is gone."),
    ),
}
_NOT_TAKEN = (
    mark("This could not be read"),
    mark("Nothing was changed. Go back, load the page again, and try once more."),
)
_UNEXPECTED = (
    mark("Something went wrong on our side"),
    mark("Nothing was changed. Please try again in a minute, or write to us."),
)


def wants_page(request: AnyRequest) -> bool:
    """Tell whether a person with a browser is asking, at an address that is meant for people."""
    asked_for = request.headers.get("accept", "")
    path = request.scope["path"]
    meant_for_programs = any(path == one or path.startswith(f"{one}/") for one in PROGRAMS)
    return "text/html" in asked_for and not meant_for_programs


def show_problem(request: AnyRequest, error: Exception) -> Response[Any]:
    """Answer an error with a page that says what can be done; never with our insides."""
    status, staffs, path = status_of(error), is_staffs(request), str(request.scope["path"])
    if database_away(error):
        log_away(error, trace_id_of(request.scope))
    elif status >= _SERVER_ERROR:
        log_unexpected(error, trace_id_of(request.scope))
    if staffs and status == _NOT_TAKEN_SO and request.method == "GET":
        return Redirect(_page_above(request), status_code=303)
    words = _WORDS | _FOR_STAFF if staffs else _WORDS
    heading, detail = words.get(status, _UNEXPECTED if status >= _SERVER_ERROR else _NOT_TAKEN)
    try:
        shown = page(
            request,
            "problem.html",
            status=status,
            heading=heading,
            detail=detail,
            staffs=staffs,
            # Said of every number alike: which of them there are, nobody learns here.
            of_another=status == _NOT_FOUND and path.startswith(_OF_ONE_ORDER),
            way_out=_STAFFS_START if staffs else "/",
        )
    except Exception as broken:  # noqa: BLE001 - a page that cannot be drawn is no reason for silence
        return problem_response(request, broken)
    shown.headers.update(headers_of(request, error))
    return shown


def _page_above(request: AnyRequest) -> str:
    """Return the address of the page that a form of the staff's stands on.

    A form that was refused is answered at its own address, which the browser then shows, keeps in
    a tab and opens anew.
    """
    path = str(request.scope["path"]).rstrip("/")
    while path != _STAFFS_START and "GET" not in methods_at(request.app, path):
        path = path.rpartition("/")[0]
    return quote(path)
