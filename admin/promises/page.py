"""What we promised and have not done yet: due, today or later, broken, kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from litestar import Response, get
from litestar.response import Stream

from admin.lists.download import AT_ONCE, download
from admin.lists.frame import ListFrame
from admin.signed_in import AnyRequest, staff_page, staff_with
from returns_engine.queries.page import Page
from returns_engine.queries.promises import PromiseStanding, list_promises
from returns_engine.rules.words import Scope
from returns_engine.texts.words import mark
from returns_engine.web.api.cursors import Cursors
from returns_engine.web.who import services_of

TODAY = "today"
TABS = {
    str(PromiseStanding.BROKEN): mark("Broken"),
    TODAY: mark("Due today"),
    str(PromiseStanding.DUE): mark("Due"),
    str(PromiseStanding.KEPT): mark("Kept"),
}
"""What the page lists, by the word in its address."""
COLUMNS = (
    *("due", "what", "standing", "kept_at", "return_number", "return_state", "order_number"),
    "made_at",
)
PAGE = 50
_LIST = "staff promises"
_PATH = "/admin/promises"
_READS = staff_with(Scope.RETURNS_READ)


@get(_PATH, guards=[_READS])
async def promises(request: AnyRequest) -> Response[str]:
    """List promises, the soonest due first."""
    tab = _tab(request)
    services = services_of(request)
    now = services.clock()
    cursors = Cursors(of=_LIST, filters={"standing": tab}, key=services.settings.secret_key)
    place = cursors.read_or_begin(request.query_params.get("cursor"))
    page = await _page(tab, request, now, limit=PAGE, cursor=place)
    frame = ListFrame(
        path=_PATH,
        kept={"show": tab},
        place=cursors.write(place),
        next_place=cursors.write(page.next_place),
    )
    return staff_page(
        request,
        "promises.html",
        page=page,
        tab=tab,
        tabs=TABS,
        frame=frame,
        now=now,
    )


@get(f"{_PATH}.csv", guards=[_READS])
async def promises_file(request: AnyRequest) -> Stream:
    """Hand out the whole list."""
    tab, now = _tab(request), services_of(request).clock()

    async def read(place: str | None) -> tuple[Sequence[dict[str, Any]], str | None]:
        page = await _page(tab, request, now, limit=AT_ONCE, cursor=place)
        return page.items, page.next_place

    return download(f"promises-{tab}", COLUMNS, read, _cells)


def _tab(request: AnyRequest) -> str:
    shown = request.query_params.get("show", "")
    return shown if shown in TABS else str(PromiseStanding.DUE)


async def _page(
    tab: str, request: AnyRequest, now: datetime, *, limit: int, cursor: str | None
) -> Page:
    day = now.astimezone(services_of(request).policy.zone)
    tomorrow = day.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return await list_promises(
        standing=PromiseStanding.DUE if tab == TODAY else PromiseStanding(tab),
        now=now,
        before=tomorrow if tab == TODAY else None,
        limit=limit,
        cursor=cursor,
    )


def _cells(one: Mapping[str, Any]) -> list[object]:
    return [one[name] for name in COLUMNS]
