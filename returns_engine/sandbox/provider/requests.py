"""One request to the provider, read from the wire, and the answers that go back on it."""

import asyncio
import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar.types import Receive, Scope, Send

from returns_engine.sandbox.provider.books import API_VERSION, new_id
from returns_engine.sandbox.provider.parameters import Nested, parameters_of
from returns_engine.sandbox.provider.refusals import Refusal

TEST_KEYS = ("sk_test_", "rk_test_")
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
        """Refuse a request without a test key; a live key must never come near a sandbox."""
        key = _key_in(self.headers.get("authorization", ""))
        if not key.startswith(TEST_KEYS):
            raise Refusal(401, "The sandbox takes keys that begin with sk_test_.", kept=False)


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


async def send_answer(
    send: Send, status: int, body: dict[str, Any], headers: Mapping[str, str], *, cut: bool = False
) -> None:
    """Answer in JSON; `cut` ends it in the middle, as a proxy that breaks off would."""
    encoded = json.dumps(body, indent=2).encode()
    if cut:
        encoded = encoded[: len(encoded) // 2]
    await _start(send, status, headers, len(encoded))
    await send({"type": "http.response.body", "body": encoded, "more_body": False})


async def drop(send: Send) -> None:
    """Begin an answer and break off: the server closes a connection that owes it bytes."""
    await _start(send, 200, {}, 1)


async def wait_for_hang_up(receive: Receive, seconds: float) -> None:
    """Say nothing until the client gives up, at most for `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return


async def _start(send: Send, status: int, headers: Mapping[str, str], length: int) -> None:
    fields = {
        "content-type": "application/json",
        "content-length": str(length),
        "stripe-version": API_VERSION,
        **headers,
    }
    encoded = [(name.encode(), text.encode("latin-1")) for name, text in fields.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})


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
