"""The list of returns: filters that stay in the address, pages by key, and the whole as a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get
from litestar.response import Stream

from admin.lists.download import AT_ONCE, download, items_text
from admin.lists.frame import ListFrame, set_ones
from admin.signed_in import AnyRequest, staff_page, staff_with
from returns_engine.queries.order_view import order_number_typed
from returns_engine.queries.page import Page
from returns_engine.queries.return_list import list_returns
from returns_engine.queries.rows import rows
from returns_engine.rules.lifecycle.headline import Headline
from returns_engine.rules.words import Scope
from returns_engine.web.who import services_of

PAGE = 50
LONGEST_SEARCH = 128
OLDEST = "oldest"
COLUMNS = (
    *("return_number", "order_number", "kind", "state", "customer", "items", "whose_turn"),
    *("requested_at", "closed_at"),
)
_LONGEST_CURSOR = 18
_PATH = "/admin/returns"
_READS = staff_with(Scope.RETURNS_READ)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The filters of the list; nonsense is none."""

    state: str | None
    q: str
    appeals: bool
    hold: bool
    bench: bool
    oldest: bool

    @property
    def kept(self) -> dict[str, str]:
        """Return the filters as the address spells them."""
        return set_ones(
            state=self.state,
            q=self.q,
            appeals="1" if self.appeals else None,
            hold="1" if self.hold else None,
            bench="1" if self.bench else None,
            sort=OLDEST if self.oldest else None,
        )

    async def page(self, *, limit: int, cursor: str | None) -> Page:
        """Return a page of what is asked for."""
        return await list_returns(
            state=self.state,
            q=self.q or None,
            appealed=self.appeals,
            on_hold=self.hold,
            at_the_bench=self.bench,
            oldest_first=self.oldest,
            limit=limit,
            cursor=cursor,
            for_staff=True,
        )


@get(_PATH, guards=[_READS])
async def returns_list(request: AnyRequest) -> Response[str]:
    """List returns, the newest first unless the oldest are asked for."""
    asked, cursor = _asked(request), request.query_params.get("cursor", "")
    known = cursor.isascii() and cursor.isdigit() and len(cursor) <= _LONGEST_CURSOR
    page = await asked.page(limit=PAGE, cursor=cursor if known else None)
    frame = ListFrame(
        path=_PATH,
        kept=asked.kept,
        place=cursor if known else None,
        next_place=page.next_place,
    )
    return staff_page(
        request,
        "staff_returns.html",
        page=page,
        frame=frame,
        asked=asked,
        names=await _customers([one["number"] for one in page.items]),
        order=await order_number_typed(asked.q) if asked.q else None,
        states=list(Headline),
        now=services_of(request).clock(),
    )


@get(f"{_PATH}.csv", guards=[_READS])
async def returns_file(request: AnyRequest) -> Stream:
    """Hand out the whole list under its filters."""
    asked = _asked(request)

    async def read(place: str | None) -> tuple[Sequence[dict[str, Any]], str | None]:
        page = await asked.page(limit=AT_ONCE, cursor=place)
        names = await _customers([one["number"] for one in page.items])
        return [{**one, "customer": names.get(one["number"])} for one in page.items], (
            page.next_place
        )

    return download("returns", COLUMNS, read, _cells)


def _asked(request: AnyRequest) -> _Asked:
    asked = request.query_params
    state = asked.get("state")
    return _Asked(
        state=state if state in set(Headline) else None,
        q=asked.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
        appeals=asked.get("appeals") == "1",
        hold=asked.get("hold") == "1",
        bench=asked.get("bench") == "1",
        oldest=asked.get("sort") == OLDEST,
    )


def _cells(one: Mapping[str, Any]) -> list[object]:
    return [
        *(one["number"], one["order_number"], one["kind"], one["state"], one["customer"]),
        *(items_text(one["lines"], "requested"), one["next_step"]["who"]),
        *(one["requested_at"], one["closed_at"]),
    ]


async def _customers(numbers: list[str]) -> dict[str, str]:
    """Return the customers' names by RMA number, by one statement."""
    found = await rows(
        "SELECT r.number, c.name FROM returns r"
        ' JOIN order_contacts c ON c."order" = r."order" WHERE r.number = ANY({})',
        numbers,
    )
    return {row["number"]: row["name"] for row in found}
