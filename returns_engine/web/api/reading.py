"""The content of a call: JSON in one of our shapes, or a form with a file."""

from typing import Any, TypeVar

import msgspec
from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from returns_engine.documents.errors import DocumentError
from returns_engine.documents.reading import read_document
from returns_engine.web.problems import InvalidRequest, UnsupportedMedia

Shape = TypeVar("Shape", bound=msgspec.Struct)
AnyRequest = Request[Any, Any, Any]
BAD_CONTENT = (DocumentError, InvalidRequest, UnsupportedMedia)
"""What reading the content of a call raises where it cannot be taken."""

_JSON = "application/json"
_TOO_LARGE = "content_too_large"
_UTF8 = frozenset({"utf-8", "utf8"})


async def whole_body(request: AnyRequest) -> bytes:
    """Return the content; raises RequestEntityTooLarge, as often as it is asked for.

    Asked a second time Litestar goes on where it stopped, and takes the rest for the whole.
    """
    if _TOO_LARGE in request.state:
        raise RequestEntityTooLarge
    try:
        return await request.body()
    except RequestEntityTooLarge:
        request.state[_TOO_LARGE] = True
        raise


async def read_body(request: AnyRequest, shape: type[Shape]) -> Shape:
    """Return the content in its shape, read strictly.

    A call that takes nothing may also be sent without content. Raises DocumentError, and
    UnsupportedMedia for what does not call itself JSON.
    """
    raw = await whole_body(request)
    if not raw and not msgspec.structs.fields(shape):
        return shape()
    _refuse_other_than_json(request)
    return read_document(raw, shape)


def _refuse_other_than_json(request: AnyRequest) -> None:
    """Refuse what names another kind; what names none is read as JSON (RFC 9110, 8.3)."""
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise _unsupported("Send the content as it is, not compressed.")
    if not request.headers.get("content-type"):
        return
    kind, options = request.content_type
    if kind != _JSON or options.get("charset", "utf-8").lower() not in _UTF8:
        raise _unsupported("Send JSON in UTF-8, with Content-Type: application/json.")


def _unsupported(detail: str) -> UnsupportedMedia:
    return UnsupportedMedia("unsupported_media_type", detail)


async def read_form(request: AnyRequest) -> FormMultiDict:
    """Return the fields and files of a form; raises InvalidRequest for one that cannot be read."""
    await whole_body(request)
    try:
        return await request.form()
    except (ValueError, LookupError):
        # A field in an encoding that is unknown, or not the one it says.
        raise InvalidRequest("invalid_request", "The form cannot be read.") from None
