"""What every endpoint needs of a call: who asks, when, the body and the version meant."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from litestar import Request

from returns_engine.documents.reading import read_document
from returns_engine.rules.actor import Actor
from returns_engine.web.problems import InvalidRequest
from returns_engine.web.services import Services
from returns_engine.web.who import Caller, caller_of, services_of
from returns_engine.workflow.refusals import FieldRefusal, NotFound

Shape = TypeVar("Shape", bound=msgspec.Struct)
_VERSION = re.compile(r'"([1-9][0-9]{0,8})"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call to the API by somebody known."""

    request: Request[Any, Any, Any]
    caller: Caller
    services: Services
    now: datetime

    @property
    def actor(self) -> Actor:
        """Return who acts."""
        return self.caller.actor

    async def read(self, shape: type[Shape]) -> Shape:
        """Return the body in its shape, read strictly; raises DocumentError.

        A call that takes nothing may also be sent without a body.
        """
        raw = await self.request.body()
        if not raw and not msgspec.structs.fields(shape):
            return shape()
        return read_document(raw, shape)

    def expected_version(self) -> int | None:
        """Return the version of `If-Match`, or None without one; raises InvalidRequest."""
        given = self.request.headers.get("if-match")
        if given is None:
            return None
        found = _VERSION.fullmatch(given.strip())
        if found is None:
            raise InvalidRequest("invalid_request", 'If-Match must be a version, such as "3".')
        return int(found[1])

    def refuse_unknown_filters(self, *known: str) -> None:
        """Raise InvalidRequest for a filter that is unknown or given twice, and a limit like 5.0.

        Whatever was asked and not done would be a wrong answer.
        """
        given = self.request.query_params
        for name, value in given.multi_items():
            if name not in known:
                raise _bad_filter(name, "unknown_field", "No such filter is known.")
            if len(given.getall(name)) > 1:
                raise _bad_filter(name, "duplicate_key", "The filter is given twice.")
            # Litestar takes 5.0 for a whole number.
            if name == "limit" and not value.isdecimal():
                raise _bad_filter(name, "wrong_value", "Expected a whole number.")


async def provide_call(request: Request[Any, Any, Any]) -> Call:
    """Make the call of a request; its guard has found the caller already."""
    _refuse_nul(request)
    services = services_of(request)
    return Call(
        request=request,
        caller=await caller_of(request),
        services=services,
        now=services.clock(),
    )


def _refuse_nul(request: Request[Any, Any, Any]) -> None:
    """Refuse what PostgreSQL cannot even compare: nothing is named so."""
    if "\0" in request.scope["path"]:
        raise NotFound("thing")
    for name, value in request.query_params.multi_items():
        if "\0" in name + value:
            raise _bad_filter(name, "nul_in_text", "The text holds a NUL.")


def _bad_filter(name: str, code: str, detail: str) -> InvalidRequest:
    fault = FieldRefusal(pointer=f"/{name}", code=code, detail=detail)
    return InvalidRequest("invalid_request", detail, fault)
