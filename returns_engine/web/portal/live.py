"""Tell an open page that its return moved, by server-sent events.

No stream holds a connection to the database: all streams of a process share one look at the
versions of the returns that are watched, once a second at most. Each process looks for itself, so
that several need not know of each other. A stream ends after some seconds and the browser comes
again: who may see the return is asked anew, and no process is kept from stopping.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import cast

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from returns_engine.queries.return_versions import read_return_versions
from returns_engine.web.leaving import is_leaving
from returns_engine.web.portal.session import AnyRequest, owner_of

LOOKS_EVERY_SECONDS = 1.0
LASTS_SECONDS = 25.0
MOST_STREAMS = 500
_LATER_MILLISECONDS = 2000
_NO_CONTENT = 204
_VERSION = re.compile(r"[0-9]{1,18}")
_KEPT_AS = "watched_returns"
_HEADERS = {
    "Cache-Control": "no-store",
    # nginx and those like it would hold back what is written, until it is much.
    "X-Accel-Buffering": "no",
}


class WatchedReturns:
    """The versions of the returns that somebody watches in this process, read together."""

    def __init__(self) -> None:
        self._watchers: Counter[str] = Counter()
        self._versions: Mapping[str, int] = {}
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()

    @property
    def is_full(self) -> bool:
        """Tell whether as many watch as one process takes."""
        return self._watchers.total() >= MOST_STREAMS

    @contextmanager
    def watching(self, number: str) -> Iterator[None]:
        """Watch a return as long as the block lasts."""
        self._watchers[number] += 1
        try:
            yield
        finally:
            self._watchers[number] -= 1
            self._watchers += Counter()

    async def version_of(self, number: str) -> int | None:
        """Return the version of a return that is watched, as it was a moment ago; None unread."""
        async with self._reading:
            if monotonic() - self._read_at >= LOOKS_EVERY_SECONDS:
                self._versions = await read_return_versions(list(self._watchers))
                self._read_at = monotonic()
        return self._versions.get(number)


@get("/returns/{number:str}/changes")
async def changes(request: AnyRequest, number: FromPath[str]) -> Stream | Response[None]:
    """Send an event whenever the return has a newer version than the page knows."""
    await owner_of(request, number)
    watched = _watched(request)
    if watched.is_full:
        # A browser that is told so comes no more, and its page asks by itself.
        return Response(None, status_code=_NO_CONTENT)
    told = str(request.headers.get("last-event-id") or request.query_params.get("since") or "")
    known = int(told) if _VERSION.fullmatch(told) else None
    events = _events(request, watched, number, known)
    return Stream(events, media_type="text/event-stream", headers=_HEADERS)


def _watched(request: AnyRequest) -> WatchedReturns:
    state = request.app.state
    if _KEPT_AS not in state:
        state[_KEPT_AS] = WatchedReturns()
    return cast("WatchedReturns", state[_KEPT_AS])


async def _events(
    request: AnyRequest, watched: WatchedReturns, number: str, known: int | None
) -> AsyncIterator[bytes]:
    yield f"retry: {_LATER_MILLISECONDS}\n\n".encode()
    # Who does not say what they know is told, and need not wait.
    until = monotonic() + (0 if known is None else LASTS_SECONDS)
    with watched.watching(number):
        while True:
            version = await watched.version_of(number)
            # A page that was just loaded may know more than what was read a moment before.
            if version is not None and (known is None or version > known):
                known = version
                yield f"id: {version}\nevent: changed\ndata: {version}\n\n".encode()
            if monotonic() >= until or is_leaving(request.app.state):
                return
            await asyncio.sleep(LOOKS_EVERY_SECONDS)
