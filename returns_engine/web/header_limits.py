"""Headers of a size that no honest caller sends are refused, before anybody looks into them."""

from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, Receive, Scope, Send

LARGEST_HEADERS = 64 * 1024
"""Bytes, names and values together: browsers keep cookies of a site to less than this."""
MOST_HEADERS = 100
_TOO_LARGE = 431


def headers_within_limits(app: ASGIApp) -> ASGIApp:
    """Raise HTTPException 431 (RFC 6585, 5) where headers are too large or many; a middleware."""

    async def begin(scope: Scope, receive: Receive, send: Send) -> None:
        headers = list(scope["headers"])
        size = sum(len(name) + len(value) for name, value in headers)
        if size > LARGEST_HEADERS or len(headers) > MOST_HEADERS:
            raise HTTPException(status_code=_TOO_LARGE)
        await app(scope, receive, send)

    return begin
