"""A change that the page of another site sends with a person's cookies is refused.

Every form carries a token as well. It lies in a cookie, though, and whoever serves another name of
the shop's domain can put a cookie of its own in that one's place.
"""

from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from returns_engine.texts.words import mark
from returns_engine.web.problems import NotAllowed

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# What browsers say of who sends; programs say nothing (Fetch Metadata, W3C).
_OTHER = frozenset({"cross-site", "same-site"})
_SAYS = mark("This came from another site. Open the page here, and try again.")


def refuse_other_sites(app: ASGIApp) -> ASGIApp:
    """Return the application behind that check; it raises NotAllowed `other_site`."""

    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and scope["method"] not in _SAFE_METHODS:
            headers = Headers.from_scope(scope)
            if "cookie" in headers and headers.get("sec-fetch-site") in _OTHER:
                raise NotAllowed("other_site", _SAYS)
        await app(scope, receive, send)

    return checked
