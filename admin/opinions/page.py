"""The second opinions that are asked for, the longest waiting first, and each on a page."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from admin.forms import faults_of, id_of
from admin.lists.download import AT_ONCE, download
from admin.lists.frame import ListFrame
from admin.signed_in import AnyRequest, caller_on, staff_page, staff_with
from returns_engine.queries.opinions import count_opinions, list_opinions, read_opinion
from returns_engine.queries.page import Page
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.opinion_states import GIVEN_IN, OpinionCause, OpinionState
from returns_engine.rules.money.money import decimal_text
from returns_engine.rules.words import Disposition, FoundCause, Grade, Role, Scope
from returns_engine.web.problems import status_of
from returns_engine.web.who import services_of
from returns_engine.workflow.refusals import NotFound, Refusal

PAGE = 50
RATE_OVER = timedelta(days=90)
"""Over how long the rate of agreement is measured, by the moment the second opinion was given."""
DONE, GIVEN = "done", "given"
DISPUTED, ON_APPEAL = "disputed", "disputed_on_appeal"
TABS: Mapping[str, frozenset[OpinionState]] = {
    "asked": frozenset({OpinionState.ASKED}),
    DISPUTED: frozenset({OpinionState.DISPUTED}),
    ON_APPEAL: frozenset({OpinionState.DISPUTED}),
    DONE: frozenset({OpinionState.AGREED, OpinionState.DECIDED, OpinionState.WITHDRAWN}),
    GIVEN: frozenset({OpinionState.AGREED, OpinionState.DISPUTED, OpinionState.DECIDED}),
}
"""What the page lists, by the word in its address."""
# A manager decides the ones, the outcome of the appeal the others.
_BECAUSE = {DISPUTED: OpinionCause.VALUE, ON_APPEAL: OpinionCause.APPEAL}
COLUMNS = (
    *("asked_at", "asked_because", "state", "return_number", "sku", "title", "quantity", "worth"),
    *("currency", "first_name", "first_grade", "first_clause", "given_at", "second_name"),
    *("second_verdict", "second_grade", "decided_at", "decided_name", "decided_verdict"),
)
"""What stands in the file of a list: of the first verdict nothing until the second is in."""
INSPECTS = staff_with(Scope.INSPECTIONS_WRITE)
_PATH = "/admin/opinions"


@get(_PATH, guards=[INSPECTS])
async def opinions(request: AnyRequest) -> Response[str]:
    """List the second opinions that wait for another person, for a manager, or are over."""
    now = services_of(request).clock()
    tab = _tab(request)
    after = request.query_params.get("after")
    place = id_of(after, "opinion") if after else None
    page = await _page(tab, now, limit=PAGE, after=place)
    return staff_page(
        request,
        "opinions.html",
        tab=tab,
        tabs=list(TABS),
        counted=await count_opinions(since=now - RATE_OVER),
        days=RATE_OVER.days,
        page=page,
        frame=ListFrame(
            path=_PATH,
            kept={"show": tab},
            place=str(place) if place else None,
            next_place=page.next_place,
            cursor="after",
        ),
        me=caller_on(request).actor.person,
        now=now,
    )


@get(f"{_PATH}.csv", guards=[INSPECTS])
async def opinions_file(request: AnyRequest) -> Stream:
    """Hand out the whole list."""
    tab, now = _tab(request), services_of(request).clock()

    async def read(after: UUID | None) -> tuple[Sequence[Mapping[str, Any]], UUID | None]:
        page = await _page(tab, now, limit=AT_ONCE, after=after)
        return page.items, UUID(page.next_place) if page.next_place else None

    return download(f"opinions-{tab}", COLUMNS, read, _cells)


def _cells(one: Mapping[str, Any]) -> list[object]:
    worth = decimal_text(one["worth"], one["currency"])
    return [worth if name == "worth" else one[name] for name in COLUMNS]


def _tab(request: AnyRequest) -> str:
    asked = request.query_params.get("show", "")
    return asked if asked in TABS else "asked"


async def _page(tab: str, now: datetime, *, limit: int, after: UUID | None) -> Page:
    return await list_opinions(
        states=TABS[tab],
        cause=_BECAUSE.get(tab),
        since=now - RATE_OVER if tab == GIVEN else None,
        limit=limit,
        after=after,
        oldest_first=tab not in {DONE, GIVEN},
    )


@get("/admin/opinions/{opinion_id:uuid}", guards=[INSPECTS])
async def opinion(request: AnyRequest, opinion_id: FromPath[UUID]) -> Response[str]:
    """Show the photos with the form for a second opinion; once it is given, both side by side."""
    return await show_opinion(request, opinion_id)


async def show_opinion(
    request: AnyRequest,
    opinion_id: UUID,
    *,
    typed: Mapping[str, str] | None = None,
    ticked: Mapping[str, set[str]] | None = None,
    error: Refusal | TransitionNotAllowed | None = None,
) -> Response[str]:
    """Answer with the page; after an error with what was typed and what is the matter."""
    one = await read_opinion(opinion_id)
    if one is None:
        raise NotFound("opinion")
    caller, policy = caller_on(request), services_of(request).policy
    judged = {one["first_by"], one["second_by"]} - {None}
    if one["asked_because"] == OpinionCause.APPEAL:
        judged |= set(one["refusers"])
    return staff_page(
        request,
        "opinion.html",
        status=status_of(error) if error else 200,
        one=one,
        mine=caller.actor.person in judged,
        heard=one["return_state"] not in GIVEN_IN[one["asked_because"]],
        decides=caller.is_one_of({Role.MANAGER}),
        checks=policy.condition_checks,
        clauses=policy.clauses,
        **_choices(),
        typed=typed or {},
        ticked=ticked or {},
        says=str(error) if error else "",
        faults=faults_of(error),
    )


def _choices() -> dict[str, Any]:
    return {
        "grades": list(Grade),
        "causes": list(FoundCause),
        "dispositions": [one for one in Disposition if one is not Disposition.SEND_BACK],
    }
