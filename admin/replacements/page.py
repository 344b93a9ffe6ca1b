"""Replacements: what we still owe somebody, the longest waiting first, and each on a page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from admin.forms import faults_of, id_of
from admin.lists.download import AT_ONCE, download
from admin.lists.frame import ListFrame
from admin.signed_in import AnyRequest, staff_page, staff_with
from returns_engine.queries.page import Page
from returns_engine.queries.replacements import (
    count_replacements,
    list_replacements,
    read_replacement,
)
from returns_engine.queries.timeline import read_events
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.replacement_states import SETTLED, TABLE, ReplacementState
from returns_engine.rules.words import Scope
from returns_engine.texts.carriers import CARRIERS
from returns_engine.web.problems import status_of
from returns_engine.web.who import services_of
from returns_engine.workflow.refusals import NotFound, Refusal

PAGE = 50
DONE = "done"
TABS: Mapping[str, frozenset[ReplacementState]] = {
    **{str(state): frozenset({state}) for state in ReplacementState if state not in SETTLED},
    DONE: SETTLED,
}
"""What the page lists, by the word in its address."""
COLUMNS = (
    *("return_number", "order_number", "sku", "title", "quantity", "state", "planned_at"),
    *("expected_on", "ordered_at", "external_order", "shipped_at", "carrier", "tracking_number"),
    *("delivered_at", "cancelled_at"),
)
_PATH = "/admin/replacements"
REVIEWS = staff_with(Scope.RETURNS_REVIEW)


@get(_PATH, guards=[REVIEWS])
async def replacements(request: AnyRequest) -> Response[str]:
    """List the replacements in one state; without a word, the first state that has any."""
    counts = {str(state): one.count for state, one in (await count_replacements()).items()}
    asked = request.query_params.get("show", "")
    tab = asked if asked in TABS else next((one for one in TABS if counts.get(one)), "planned")
    after = request.query_params.get("after")
    place = id_of(after, "replacement") if after else None
    page = await _page(tab, limit=PAGE, after=place)
    frame = ListFrame(
        path=_PATH,
        kept={"show": tab},
        place=str(place) if place else None,
        next_place=page.next_place,
        cursor="after",
    )
    return staff_page(
        request,
        "replacements.html",
        tab=tab,
        tabs=list(TABS),
        counts=counts,
        page=page,
        frame=frame,
        since={one["id"]: datetime.fromisoformat(one["planned_at"]) for one in page.items},
        now=services_of(request).clock(),
    )


@get(f"{_PATH}.csv", guards=[REVIEWS])
async def replacements_file(request: AnyRequest) -> Stream:
    """Hand out the whole list in one state; without a word, of those to be arranged."""
    asked = request.query_params.get("show", "")
    tab = asked if asked in TABS else str(ReplacementState.PLANNED)

    async def read(after: UUID | None) -> tuple[Sequence[dict[str, Any]], UUID | None]:
        page = await _page(tab, limit=AT_ONCE, after=after)
        return page.items, UUID(page.next_place) if page.next_place else None

    name = f"replacements-{tab}"
    return download(name, COLUMNS, read, lambda one: [one[name] for name in COLUMNS])


async def _page(tab: str, *, limit: int, after: UUID | None) -> Page:
    return await list_replacements(
        states=TABS[tab], limit=limit, after=after, oldest_first=tab != DONE
    )


@get("/admin/replacements/{replacement_id:uuid}", guards=[REVIEWS])
async def replacement(request: AnyRequest, replacement_id: FromPath[UUID]) -> Response[str]:
    """Show one replacement with what can be done."""
    return await show_replacement(request, replacement_id)


async def show_replacement(
    request: AnyRequest,
    replacement_id: UUID,
    *,
    typed: Mapping[str, str] | None = None,
    error: Refusal | TransitionNotAllowed | None = None,
) -> Response[str]:
    """Answer with the page; after an error with what was typed and what is the matter."""
    one = await read_replacement(replacement_id)
    if one is None:
        raise NotFound("replacement")
    return staff_page(
        request,
        "replacement.html",
        status=status_of(error) if error else 200,
        one=one,
        moves={str(move) for state, move in TABLE if state == one["state"]},
        events=_its_own(await read_events(one["return_number"]), one["id"]),
        carriers=CARRIERS.values(),
        typed=typed or {},
        says=str(error) if error else "",
        faults=faults_of(error),
    )


def _its_own(events: list[dict[str, Any]], replacement_id: str) -> list[dict[str, Any]]:
    return [one for one in events if one["data"].get("replacement_id") == replacement_id]
