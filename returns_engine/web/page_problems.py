"""Errors as pages, for people; programs get problem+json (`web/problems.py`)."""

from typing import Any

import structlog
from litestar import Request, Response

from returns_engine.texts.words import mark
from returns_engine.web.pages import WITHOUT_CSRF, page
from returns_engine.web.problems import status_of
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
    413: (
        mark("Your photos are too large"),
        mark("Go back and send fewer, or smaller ones: 10 MB each."),
    ),
    429: (
        mark("Too many tries"),
        mark("To keep others out we count the tries. Please come back in an hour."),
    ),
}
_UNEXPECTED = (
    mark("Something went wrong on our side"),
    mark("Nothing was changed. Please try again in a minute, or write to us."),
)
_PROGRAMS = tuple(path.removeprefix("^") for path in WITHOUT_CSRF)


def wants_page(request: AnyRequest) -> bool:
    """Tell whether a person with a browser is asking, at an address that is meant for people."""
    asked_for = request.headers.get("accept", "")
    return "text/html" in asked_for and not request.url.path.startswith(_PROGRAMS)


def show_problem(request: AnyRequest, error: Exception) -> Response[str]:
    """Answer an error with a page that says what can be done; never with our insides."""
    status = status_of(error)
    if status >= _SERVER_ERROR:
        structlog.get_logger().error(
            "unexpected_error", trace_id=trace_id_of(request.scope), error=type(error).__qualname__
        )
    heading, detail = _WORDS.get(status, _UNEXPECTED)
    return page(request, "problem.html", status=status, heading=heading, detail=detail, way_out="/")
