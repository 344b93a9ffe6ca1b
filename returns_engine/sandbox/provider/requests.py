"""One request to the provider, read from the wire."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass

from litestar.types import Receive, Scope

from returns_engine.sandbox.provider.books import new_id
from returns_engine.sandbox.provider.parameters import Nested, parameters_of
from returns_engine.sandbox.provider.refusals import Refusal

TEST_KEYS = ("sk_test_", "rk_test_")
_LACKS = re.compile(r"rk_test_without_(?P<what>read|write)_(?P<resource>\w+)")
LONGEST_BODY = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRequest:
    """What was asked; `params` come from the body of a POST and from the query of a GET."""

    id: str
    method: str
    path: str
    headers: Mapping[str, str]
    encoded: str

    @property
    def idempotency_key(self) -> str | None:
        """The key of a POST; on other methods the header means nothing."""
        return self.headers.get("idempotency-key") if self.method == "POST" else None

    def params(self) -> Nested:
        """Return the parameters, or refuse a name that cannot be read."""
        return parameters_of(self.encoded)

    def authorize(self) -> None:
        """Refuse a request without a test key; a live key must never come near a sandbox.

        A restricted key says by its name what it may not: `rk_test_without_write_refunds`.
        """
        key = _key_in(self.headers.get("authorization", ""))
        if not key.startswith(TEST_KEYS):
            raise Refusal(401, "The sandbox takes keys that begin with sk_test_.", kept=False)
        lacks = _LACKS.fullmatch(key)
        if lacks and self._is_about(lacks["resource"], writes=lacks["what"] == "write"):
            raise Refusal(403, "The key does not have the permission for this.", kept=False)

    def _is_about(self, resource: str, *, writes: bool) -> bool:
        """Tell whether this reads or writes a resource; what may not be read may not be written."""
        if writes and self.method != "POST":
            return False
        return self.path.split("/")[:3] == ["", "v1", resource]


async def read_request(scope: Scope, receive: Receive) -> ProviderRequest:
    """Read a whole request; a body above 256 KiB is refused."""
    method = str(scope.get("method", "GET"))
    query = scope.get("query_string", b"")
    body = await _body_of(receive)
    return ProviderRequest(
        id=new_id("req"),
        method=method,
        path=scope["path"].rstrip("/"),
        headers={name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]},
        encoded=(body if method == "POST" else query).decode("utf-8", "replace"),
    )


async def _body_of(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return body
        body += message["body"]
        if len(body) > LONGEST_BODY:
            raise Refusal(413, "The body is too large.", kept=False)
        if not message["more_body"]:
            return body


def _key_in(authorization: str) -> str:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""
