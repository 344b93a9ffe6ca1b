"""What we promised and have not done yet: due, broken, kept."""

from urllib.parse import urlencode

from litestar import Response, get

from admin.signed_in import AnyRequest, staff_page, staff_with
from returns_engine.queries.promises import PromiseStanding, list_promises
from returns_engine.rules.words import Scope
from returns_engine.texts.words import mark
from returns_engine.web.api.cursors import read_cursor, write_cursor
from returns_engine.web.problems import InvalidRequest
from returns_engine.web.who import services_of

TABS = {
    PromiseStanding.BROKEN: mark("Broken"),
    PromiseStanding.DUE: mark("Due"),
    PromiseStanding.KEPT: mark("Kept"),
}
_LIST = "staff promises"


@get("/admin/promises", guards=[staff_with(Scope.RETURNS_READ)])
async def promises(request: AnyRequest) -> Response[str]:
    """List promises, the soonest due first."""
    asked = request.query_params
    shown = asked.get("show")
    tab = PromiseStanding(shown) if shown in set(PromiseStanding) else PromiseStanding.DUE
    services = services_of(request)
    now, key = services.clock(), services.settings.secret_key
    page = await list_promises(standing=tab, now=now, cursor=_place(asked.get("cursor"), key))
    cursor = write_cursor(page.next_place, of=_LIST, key=key)
    return staff_page(
        request,
        "promises.html",
        page=page,
        tab=str(tab),
        tabs={str(one): name for one, name in TABS.items()},
        more=urlencode({"show": str(tab), "cursor": cursor}) if cursor else "",
        now=now,
    )


def _place(cursor: str | None, key: str) -> str | None:
    """Return where the list goes on; one that somebody made up begins it anew."""
    try:
        return read_cursor(cursor, of=_LIST, key=key)
    except InvalidRequest:
        return None
