"""Where a list goes on: a place in it, signed, so that nobody can make one up."""

import base64
import binascii

from returns_engine.web.problems import InvalidRequest
from returns_engine.web.signing import same_text, sign

_SIGNATURE = 32


def write_cursor(place: str | None, *, of: str, key: str) -> str | None:
    """Return an opaque cursor for `place` in the list `of`; None at its end."""
    if place is None:
        return None
    text = f"{_signature(place, of, key)} {place}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, *, of: str, key: str) -> str | None:
    """Return the place a cursor of the list `of` stands for; raises InvalidRequest."""
    if cursor is None:
        return None
    signature, _, place = _decoded(cursor).partition(" ")
    if not same_text(signature, _signature(place, of, key)):
        raise _refusal()
    return place


def _signature(place: str, of: str, key: str) -> str:
    return sign(place, key=key, purpose=f"cursor {of}")[:_SIGNATURE]


def _decoded(cursor: str) -> str:
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise _refusal() from None


def _refusal() -> InvalidRequest:
    return InvalidRequest("invalid_request", "The cursor is not one of this list.")
