"""One id for all that is logged and answered about a request."""

import re
from uuid import uuid4

from litestar.types import Scope

_TRACEPARENT = re.compile(rb"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


def trace_id_of(scope: Scope) -> str:
    """Return the trace id of a request: the caller's own (W3C `traceparent`), else a new one."""
    state = scope.setdefault("state", {})
    if "trace_id" not in state:
        state["trace_id"] = _given(scope) or uuid4().hex
    return str(state["trace_id"])


def _given(scope: Scope) -> str | None:
    for name, value in scope.get("headers", ()):
        if name == b"traceparent" and (found := _TRACEPARENT.fullmatch(value)):
            return found[1].decode()
    return None
