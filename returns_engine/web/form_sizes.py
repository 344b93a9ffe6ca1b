"""How large a form may be: what people type stays small, only files are large.

Forms are read for their token before anybody is known, so that a stranger's form costs as much.
"""

from typing import Any

from litestar import Request
from litestar.enums import RequestEncodingType
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.types import ASGIApp, Receive, Scope, Send

LARGEST_FORM = 256 * 1024


def files_alone_are_large(app: ASGIApp) -> ASGIApp:
    """Hold what comes without files to LARGEST_FORM; a middleware of each route that takes files.

    Raises RequestEntityTooLarge, by what is announced and while it is read. Taking a form apart
    that holds no files takes a second for a few megabytes, and nobody else is answered meanwhile.
    """

    async def held(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request[Any, Any, Any](scope)
        if request.content_type[0] == RequestEncodingType.MULTI_PART:
            await app(scope, receive, send)
            return
        if (request.content_length or 0) > LARGEST_FORM:
            raise RequestEntityTooLarge
        read = 0

        async def receive_no_more() -> Any:  # noqa: ANN401 - an ASGI message
            nonlocal read
            message: Any = await receive()
            read += len(message.get("body", b""))
            if read > LARGEST_FORM:
                raise RequestEntityTooLarge
            return message

        await app(scope, receive_no_more, send)

    return held
