"""A path of the shop's domain, cut off what comes in and put before what goes out, here alone.

Inside, every address begins at our own root: in routes, templates, redirects, cookies and checks.
ASGI's `root_path` is not used for it: Litestar looks for that anywhere in a path, so that
`/returns/returns/RMA-…` under `/returns` could not be told from a path that was cut already.
"""

import re
from typing import cast
from urllib.parse import urlsplit

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from returns_engine.settings import Settings

# What in a page is fetched, opened or sent to; tests/architecture holds templates to these.
ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post", "data-description")
_IN_PAGE = re.compile(rf'(\s(?:{"|".join(ADDRESSES)})=")(?=/(?!/))')
_LEADING = {b"location", b"hx-redirect"}
_COOKIES_PATH = re.compile(rb"(;\s*path=)/([^;]*)", re.IGNORECASE)
# For those who ask past the proxy: a load balancer, Prometheus.
_OF_THE_MACHINE = {"/health/live", "/health/ready", "/metrics"}
_ELSEWHERE = b"Nothing is here: RETURNS_ENGINE_PUBLIC_URL has a path, and everything is under it.\n"


def public_path(settings: Settings) -> str:
    """Return the path that customers find us under, `/returns`; nothing on a host of our own."""
    return urlsplit(settings.public_url).path


def cut(address: str, path: str) -> str | None:
    """Return an address under `path` as it begins at our root; None for one that is elsewhere."""
    inside = address[len(path) :]
    if not address.startswith(path) or (inside and inside[0] not in "/?"):
        return None
    return inside if inside.startswith("/") else f"/{inside}"


def in_page(html: str, path: str) -> str:
    """Return a page whose addresses of ours begin with `path`.

    Text cannot be taken for an address: its quotes are escaped.
    """
    return _IN_PAGE.sub(rf"\g<1>{path}", html) if path else html


def under_path(app: ASGIApp, path: str) -> ASGIApp:
    """Return `app` so that it answers under `path`, which the proxy sends whole."""
    if not path:
        return app

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["path"] in _OF_THE_MACHINE:
            await app(scope, receive, send)
            return
        inside = cut(scope["path"], path)
        raw = cut(scope["raw_path"].decode("latin-1"), path)
        if inside is None or raw is None:
            await _say_elsewhere(send)
            return
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")

        async def send_outside(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    (name, _header(name.lower(), value, path.encode(), host))
                    for name, value in message["headers"]
                ]
            await send(message)

        # A copy: the server goes on to log what was asked for.
        ours = {**scope, "path": inside, "raw_path": raw.encode("latin-1")}
        await app(cast("Scope", ours), receive, send_outside)

    return answer


def _header(name: bytes, value: bytes, path: bytes, host: bytes) -> bytes:
    if name == b"set-cookie":
        return _COOKIES_PATH.sub(lambda found: _of_cookie(found, path), value)
    if name not in _LEADING:
        return value
    # Piccolo Admin leads to its own addresses with the host before them.
    ours = re.match(rb"(?:https?://%s)?(?=/(?!/))" % re.escape(host), value)
    return value[: ours.end()] + path + value[ours.end() :] if ours else value


def _of_cookie(found: re.Match[bytes], path: bytes) -> bytes:
    return found[1] + path + (b"/" + found[2] if found[2] else b"")


async def _say_elsewhere(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": _ELSEWHERE, "more_body": False})
