"""Where a list goes on: a place in it, signed, so that nobody can make one up.

What is signed is the place, the list and its filters: a cursor of another list or of other filters
would lead anywhere. Who asks and for how many at once is not: both are judged anew at each page.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from returns_engine.web.problems import InvalidRequest
from returns_engine.web.signing import same_text, sign
from returns_engine.workflow.refusals import FieldRefusal

_SIGNATURE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursors:
    """The cursors of one list, under the filters that it is read with."""

    of: str
    filters: Mapping[str, object]
    key: str

    def write(self, place: str | None) -> str | None:
        """Return an opaque cursor for a place in the list; None at its end."""
        if place is None:
            return None
        text = f"{self._signature(place)} {place}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def read(self, cursor: str | None) -> str | None:
        """Return the place a cursor stands for, None for the beginning; raises InvalidRequest."""
        if cursor is None:
            return None
        _, _, place = _decoded(cursor).partition(" ")
        # Compared as it is written: base64 spells the same bytes in more than one way.
        if not same_text(cursor, self.write(place) or ""):
            raise _refusal()
        return place

    def read_or_begin(self, cursor: str | None) -> str | None:
        """Return the place a cursor stands for; on a page, one that was made up begins anew."""
        try:
            return self.read(cursor)
        except InvalidRequest:
            return None

    def _signature(self, place: str) -> str:
        given = sorted((name, str(one)) for name, one in self.filters.items() if one is not None)
        under = msgspec.json.encode(given).decode()
        return sign(place, key=self.key, purpose=f"cursor {self.of} {under}")[:_SIGNATURE]


def _decoded(cursor: str) -> str:
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise _refusal() from None


def _refusal() -> InvalidRequest:
    detail = "The cursor is not one of this list under these filters."
    fault = FieldRefusal(pointer="/cursor", code="wrong_value", detail=detail)
    return InvalidRequest("invalid_request", detail, fault)
