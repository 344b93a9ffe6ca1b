"""How an endpoint is declared: who may call it, what it takes, answers and refuses.

What is declared here is what /schema says of it (`web/api/description`).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post, put
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from returns_engine.web.idempotency import answered_once
from returns_engine.web.who import Who

Handler = Callable[..., Awaitable[Response[bytes]]]
Declare = Callable[[Handler], HTTPRouteHandler]
DECLARED = "declared"
PDF, JPEG = "application/pdf", "image/jpeg"
FILES = frozenset({PDF, JPEG})


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What a caller must know of an endpoint.

    `answers` is a shape, a union of shapes, or a media type; `refuses` are the codes of problems
    that are its own. `once` where it minds an `Idempotency-Key`, `versioned` where an `If-Match`.
    """

    answers: Any
    statuses: tuple[int, ...] = (200,)
    who: Who | None = None
    takes: type[Struct] | None = None
    takes_file: bool = False
    refuses: tuple[str, ...] = ()
    once: bool = False
    versioned: bool = False


def declared(declaration: Declared) -> dict[str, Any]:
    """Return the `opt` of a handler that is declared by hand."""
    return {DECLARED: declaration}


def reads(path: str, who: Who, *, answers: object, refuses: tuple[str, ...] = ()) -> Declare:
    """Declare a GET that answers with a shape, or a file."""
    declaration = Declared(answers=answers, who=who, refuses=refuses)
    return get(path, guards=[who], opt=declared(declaration))


def does(
    path: str,
    who: Who,
    *,
    takes: type[Struct],
    answers: object,
    status: int = 200,
    refuses: tuple[str, ...] = (),
    versioned: bool = True,
) -> Declare:
    """Declare a POST that happens once for each `Idempotency-Key`; `takes` is its body."""
    declaration = Declared(
        answers=answers,
        statuses=(status,),
        who=who,
        takes=takes,
        refuses=refuses,
        once=True,
        versioned=versioned,
    )
    return lambda handler: post(path, guards=[who], status_code=status, opt=declared(declaration))(
        answered_once(handler)
    )


def puts(
    path: str, who: Who, *, takes: type[Struct], answers: object, refuses: tuple[str, ...] = ()
) -> Declare:
    """Declare a PUT, which is idempotent by itself: 201 the first time, 200 afterwards."""
    declaration = Declared(
        answers=answers,
        statuses=(200, 201),
        who=who,
        takes=takes,
        refuses=refuses,
        versioned=True,
    )
    return put(path, guards=[who], opt=declared(declaration))


def opened(
    path: str,
    *,
    takes: type[Struct],
    answers: object,
    status: int = 200,
    refuses: tuple[str, ...] = (),
) -> Declare:
    """Declare a POST that anyone may call, without keys."""
    declaration = Declared(answers=answers, statuses=(status,), takes=takes, refuses=refuses)
    return post(path, status_code=status, opt=declared(declaration))
