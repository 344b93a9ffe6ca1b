"""The list of returns: filters that stay in the address, and pages by key."""

from urllib.parse import urlencode

from litestar import Response, get

from admin.signed_in import AnyRequest, staff_page, staff_with
from returns_engine.queries.order_view import order_number_typed
from returns_engine.queries.return_list import list_returns
from returns_engine.queries.rows import rows
from returns_engine.rules.lifecycle.headline import Headline
from returns_engine.rules.words import Scope
from returns_engine.web.who import services_of

PAGE = 50
LONGEST_SEARCH = 128
_LONGEST_CURSOR = 18


@get("/admin/returns", guards=[staff_with(Scope.RETURNS_READ)])
async def returns_list(request: AnyRequest) -> Response[str]:
    """List returns, the newest first."""
    asked = request.query_params
    state = asked.get("state") if asked.get("state") in set(Headline) else None
    q = asked.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    appeals = asked.get("appeals") == "1"
    cursor = asked.get("cursor", "")
    known = cursor.isascii() and cursor.isdigit() and len(cursor) <= _LONGEST_CURSOR
    hold = "1" if asked.get("hold") == "1" else ""
    page = await list_returns(
        state=state,
        q=q or None,
        appealed=True if appeals else None,
        on_hold=bool(hold),
        limit=PAGE,
        cursor=cursor if known else None,
    )
    asked_for = (("state", state), ("q", q), ("appeals", "1" if appeals else ""), ("hold", hold))
    kept = {name: value for name, value in asked_for if value}
    more = urlencode({**kept, "cursor": page.next_place}) if page.next_place is not None else ""
    return staff_page(
        request,
        "staff_returns.html",
        page=page,
        names=await _customers([one["number"] for one in page.items]),
        state=state or "",
        q=q,
        appeals=appeals,
        hold=hold,
        order=await order_number_typed(q) if q else None,
        states=list(Headline),
        more=more,
        paged=known,
        now=services_of(request).clock(),
    )


async def _customers(numbers: list[str]) -> dict[str, str]:
    """Return the customers' names by RMA number, by one statement."""
    found = await rows(
        "SELECT r.number, c.name FROM returns r"
        ' JOIN order_contacts c ON c."order" = r."order" WHERE r.number = ANY({})',
        numbers,
    )
    return {row["number"]: row["name"] for row in found}
