"""What every endpoint needs of a call: who asks, when, the body and the version meant."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request

from returns_engine.rules.actor import Actor
from returns_engine.web.api.cursors import Cursors
from returns_engine.web.api.reading import Shape, read_body
from returns_engine.web.problems import InvalidRequest
from returns_engine.web.services import Services
from returns_engine.web.who import Caller, caller_of, services_of

_IF_MATCH = "if-match"
_VERSION = re.compile(r'"([1-9][0-9]{0,8})"', re.ASCII)


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
        """Return the body in its shape, read strictly; raises DocumentError, UnsupportedMedia."""
        return await read_body(self.request, shape)

    def expected_version(self) -> int | None:
        """Return the version of `If-Match`, or None without one; raises InvalidRequest."""
        given = self.request.headers.getall(_IF_MATCH, [])
        if not given:
            return None
        found = _VERSION.fullmatch(given[0].strip())
        if found is None or len(given) > 1:
            raise InvalidRequest(
                "invalid_request",
                'If-Match must be one version, such as "3"; neither a list nor * is taken.',
            )
        return int(found[1])

    def refuse_version(self) -> None:
        """Raise InvalidRequest for `If-Match` on a call that changes nothing it could be about."""
        if _IF_MATCH in self.request.headers:
            raise InvalidRequest(
                "invalid_request", "This call changes nothing that has a version: no If-Match."
            )

    def cursors(self, of: str, **filters: object) -> Cursors:
        """Return the cursors of the list `of` under its filters; None is no filter."""
        return Cursors(of=of, filters=filters, key=self.services.settings.secret_key)


async def provide_call(request: Request[Any, Any, Any]) -> Call:
    """Make the call of a request; its guard has found the caller already."""
    services = services_of(request)
    return Call(
        request=request,
        caller=await caller_of(request),
        services=services,
        now=services.clock(),
    )
