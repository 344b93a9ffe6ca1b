"""What an address asks for behind its `?`: nothing unknown, nothing twice, nothing half understood.

Whatever was asked and not done would be a wrong answer.
"""

import re
from enum import StrEnum
from functools import cache
from typing import Any, get_args

from litestar import Request, Response
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from returns_engine.documents.errors import pointer_part
from returns_engine.web.methods import answer_options
from returns_engine.web.problems import InvalidRequest
from returns_engine.workflow.refusals import FieldRefusal

_WHOLE = re.compile("[0-9]{1,9}")
_WEBHOOKS = "/api/v1/webhooks/"
_MOST = 200


async def before_call(request: Request[Any, Any, Any]) -> Response[bytes] | None:
    """Answer OPTIONS, and refuse a bad address, once it is known that the caller may call.

    A webhook's address is what somebody else was given, with whatever they add to it. Nothing is
    found under a name with a NUL: PostgreSQL cannot even look for it. Litestar would run a function
    that is not async in a thread, at each call.
    """
    if "\0" in request.scope["path"]:
        raise NotFoundException
    if not request.scope["path"].startswith(_WEBHOOKS):
        refuse_bad_address(request)
    return answer_options(request)


def refuse_bad_address(request: Request[Any, Any, Any]) -> None:
    """Raise InvalidRequest for what the call does not know, or is said twice, or is no limit."""
    if not request.scope["query_string"]:
        return
    given = request.query_params
    known = filters_of(request.scope["route_handler"])
    for name, value in given.multi_items():
        if name not in known:
            raise _fault(name, "unknown_field", "No such filter is known.")
        if len(given.getall(name)) > 1:
            raise _fault(name, "duplicate_key", "The filter is given twice.")
        if "\0" in value:
            raise _fault(name, "nul_in_text", "The text holds a NUL.")
        # Litestar takes the word null for a filter left out, which is another question.
        if known[name] and value not in known[name]:
            raise _fault(name, "wrong_value", f"Expected one of {', '.join(known[name])}.")
        # Litestar takes 5.0 for a whole number.
        if name == "limit" and not (_WHOLE.fullmatch(value) and 1 <= int(value) <= _MOST):
            raise _fault(name, "wrong_value", f"Expected a whole number from 1 to {_MOST}.")


@cache
def filters_of(handler: HTTPRouteHandler) -> dict[str, tuple[str, ...]]:
    """Return the names that a call knows behind its `?`, and the words each takes, if not all."""
    fields = handler.parsed_fn_signature.parameters.items()
    return {
        field.kwarg_definition.name or name: _words_of(field.annotation)
        for name, field in fields
        if isinstance(field.kwarg_definition, QueryParameter)
    }


def _words_of(annotation: object) -> tuple[str, ...]:
    kinds = [one for one in get_args(annotation) if isinstance(one, type)]
    return tuple(str(word) for kind in kinds if issubclass(kind, StrEnum) for word in kind)


def _fault(name: str, code: str, detail: str) -> InvalidRequest:
    fault = FieldRefusal(pointer=f"/{pointer_part(name)}", code=code, detail=detail)
    return InvalidRequest("invalid_request", detail, fault)
