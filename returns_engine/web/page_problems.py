"""Errors as pages, for people; programs get problem+json (`web/problems.py`)."""

from typing import Any

from litestar import Request, Response

from returns_engine.texts.words import mark
from returns_engine.web.pages import PROGRAMS, page
from returns_engine.web.problems import headers_of, log_unexpected, problem_response, status_of
from returns_engine.web.trace import trace_id_of

AnyRequest = Request[Any, Any, Any]
_SERVER_ERROR = 500
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
    status = status_of(error)
    if status >= _SERVER_ERROR:
        log_unexpected(error, trace_id_of(request.scope))
    heading, detail = _WORDS.get(status, _UNEXPECTED if status >= _SERVER_ERROR else _NOT_TAKEN)
    try:
        shown = page(
            request, "problem.html", status=status, heading=heading, detail=detail, way_out="/"
        )
    except Exception as broken:  # noqa: BLE001 - a page that cannot be drawn is no reason for silence
        return problem_response(request, broken)
    shown.headers.update(headers_of(request, error))
    return shown
