"""The page that somebody wanted to see before we knew them: our mails lead to returns."""

import base64
import binascii
from collections.abc import Mapping

from returns_engine.queries.return_view import order_of_return
from returns_engine.web.local_address import local_address
from returns_engine.web.portal.session import SOUGHT_COOKIE, AnyRequest
from returns_engine.web.portal.unsent import REQUEST

_ORDER = "/order"
_REFUSED = "/order/refused/"
_RETURNS = "/returns/"
_LONGEST = 2_000


def sought_by(request: AnyRequest) -> str | None:
    """Return the page that is asked for; of a form or a part of a return's page that page.

    None where it is one to send to and not to look at, or a picture.
    """
    path = request.url.path
    if path.startswith(_RETURNS):
        return "/".join(path.split("/")[:3])
    if path.startswith(_REFUSED):
        return "/".join(path.split("/")[:4])
    if request.method == "GET" and path.startswith(_ORDER):
        return f"{path}?{request.url.query}" if request.url.query else path
    return None


def as_cookie(sought: str) -> str:
    """Return an address as a cookie can hold it."""
    return base64.urlsafe_b64encode(sought.encode()).decode().rstrip("=")


async def way_on(request: AnyRequest, order_number: str) -> str:
    """Return where to go with the right code: to what was sought, where it is of this order."""
    sought = _kept(request)
    if sought.startswith(_RETURNS):
        number = sought.removeprefix(_RETURNS)
        return sought if await order_of_return(number) == order_number else _ORDER
    return sought if sought.split("?")[0].split("/")[1] == "order" else _ORDER


def with_unsent(address: str, unsent: Mapping[str, str]) -> str | None:
    """Return the address that shows a page with what was written for it; None where none is."""
    if not unsent:
        return None
    if REQUEST in unsent:
        return "/order/unsent"
    return f"{address}/unsent" if address.startswith((_RETURNS, _REFUSED)) else None


def _kept(request: AnyRequest) -> str:
    value = request.cookies.get(SOUGHT_COOKIE, "")
    try:
        told = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode()
    except (binascii.Error, ValueError):
        return _ORDER
    return local_address(told) if len(told) <= _LONGEST else _ORDER
