"""Numbers in addresses: a return's is read in its one written form, however it was typed.

Done here alone, before anything else reads the address: customers, staff and programs then all find
the return, and whatever is said, kept or digested of it says its number as it is written.
"""

import re
from typing import cast

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from returns_engine.rules.rma_number import normalize_rma_number
from returns_engine.web.answers import API

_NUMBERED = re.compile(
    r"(/api/v1/returns/|/returns/|/admin/returns/|/admin/bench/)([^/]+)(.*)", re.DOTALL
)
_A_SLASH = b"%2f"
NO_SLASH = "There is nothing at this address: no number has a / in it, which is written %2F there."


def names_a_slash(scope: Scope) -> bool:
    """Tell whether an address of the API holds a slash that is to be read as a part of a name."""
    raw = scope.get("raw_path", b"").partition(b"?")[0]
    return scope["path"].startswith(f"{API}/") and _A_SLASH in raw.lower()


def numbers_as_written(app: ASGIApp) -> ASGIApp:
    """Return `app` so that it reads `/returns/rma-3nqk 8n1…` as `/returns/RMA-3NQK8N1…`."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and (path := _as_written(scope["path"])) is not None:
            # A copy: the server goes on to log what was asked for.
            scope = cast("Scope", {**scope, "path": path})
        await app(scope, receive, send)

    return answer


def _as_written(path: str) -> str | None:
    """Return the address with its number as it is written; None where it is so, or has none."""
    found = _NUMBERED.fullmatch(path)
    if found is None:
        return None
    before, typed, rest = found.groups()
    number = normalize_rma_number(typed)
    return None if number in {None, typed} else f"{before}{number}{rest}"
