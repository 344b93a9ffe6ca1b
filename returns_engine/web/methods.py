"""Which methods an address takes; HEAD is answered wherever GET is, without the content."""

from typing import Any, cast

from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, Message, Method, Receive, Scope, Send
from litestar.utils import normalize_path

_KNOWN: tuple[Method, ...] = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


def methods_at(app: Litestar, path: str) -> list[str]:
    """Return the methods that an address takes (RFC 9110, 10.2.1), asking the router itself."""
    taken = {method for method in _KNOWN if _is_taken(app, path, method)}
    if "GET" in taken:
        taken.add("HEAD")
    return sorted(taken)


def _is_taken(app: Litestar, path: str, method: Method) -> bool:
    try:
        app.asgi_router.handle_routing(path=normalize_path(path), method=method)
    except HTTPException:
        return False
    return True


def answer_options(request: Request[Any, Any, Any]) -> Response[bytes] | None:
    """Answer OPTIONS with what the address takes; None for every other method.

    Litestar's own answer knows only those of the handlers that were declared first.
    """
    if request.method != "OPTIONS":
        return None
    taken = methods_at(request.app, request.scope["path"])
    return Response(b"", status_code=204, headers={"allow": ", ".join(taken)})


def answering_head(app: ASGIApp) -> ASGIApp:
    """Return `app` so that it answers HEAD as it would GET, without content (RFC 9110, 9.3.2)."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") != "HEAD":
            await app(scope, receive, send)
            return
        # A copy: the server must go on to see a HEAD, or it waits for the content.
        as_get = cast("Scope", {**scope, "method": "GET"})

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.start":
                scope["path_template"] = as_get.get("path_template", "")
            elif message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        await app(as_get, receive, send_head)

    return answer
