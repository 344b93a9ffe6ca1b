"""How an endpoint is declared: who may call it, what it takes, and that it happens once."""

from collections.abc import Awaitable, Callable

from litestar import Response, get, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.types import Guard
from msgspec import Struct

from returns_engine.web.idempotency import answered_once

Handler = Callable[..., Awaitable[Response[bytes]]]
Declare = Callable[[Handler], HTTPRouteHandler]
TAKES = "takes"


def reads(path: str, who: Guard) -> Declare:
    """Declare a GET."""
    return get(path, guards=[who])


def does(path: str, who: Guard, *, takes: type[Struct], status: int = 200) -> Declare:
    """Declare a POST that happens once for each `Idempotency-Key`; `takes` is its body."""
    return lambda handler: post(path, guards=[who], status_code=status, opt={TAKES: takes})(
        answered_once(handler)
    )


def puts(path: str, who: Guard, *, takes: type[Struct]) -> Declare:
    """Declare a PUT, which is idempotent by itself."""
    return put(path, guards=[who], opt={TAKES: takes})


def opened(path: str, *, takes: type[Struct], status: int = 200) -> Declare:
    """Declare a POST that anyone may call, without keys."""
    return post(path, status_code=status, opt={TAKES: takes})
