"""The second opinions that are asked for, the longest waiting first, and each on a page."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from admin.forms import faults_of, id_of
from admin.signed_in import AnyRequest, caller_on, staff_page, staff_with
from returns_engine.queries.opinions import count_opinions, list_opinions, read_opinion
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.opinion_states import GIVEN_IN, OpinionState
from returns_engine.rules.words import Disposition, FoundCause, Grade, Role, Scope
from returns_engine.web.problems import status_of
from returns_engine.web.who import services_of
from returns_engine.workflow.refusals import NotFound, Refusal

PAGE = 50
RATE_OVER = timedelta(days=90)
"""Over how long the rate of agreement is measured, by the moment the second opinion was given."""
DONE, GIVEN = "done", "given"
TABS: Mapping[str, frozenset[OpinionState]] = {
    "asked": frozenset({OpinionState.ASKED}),
    "disputed": frozenset({OpinionState.DISPUTED}),
    DONE: frozenset({OpinionState.AGREED, OpinionState.DECIDED}),
    GIVEN: frozenset({OpinionState.AGREED, OpinionState.DISPUTED, OpinionState.DECIDED}),
}
"""What the page lists, by the word in its address."""
INSPECTS = staff_with(Scope.INSPECTIONS_WRITE)


@get("/admin/opinions", guards=[INSPECTS])
async def opinions(request: AnyRequest) -> Response[str]:
    """List the second opinions that wait for another person, for a manager, or are over."""
    now = services_of(request).clock()
    asked = request.query_params.get("show", "")
    tab = asked if asked in TABS else "asked"
    after = request.query_params.get("after")
    page = await list_opinions(
        states=TABS[tab],
        since=now - RATE_OVER if tab == GIVEN else None,
        limit=PAGE,
        after=id_of(after, "opinion") if after else None,
        oldest_first=tab not in {DONE, GIVEN},
    )
    return staff_page(
        request,
        "opinions.html",
        tab=tab,
        tabs=list(TABS),
        counted=await count_opinions(since=now - RATE_OVER),
        days=RATE_OVER.days,
        page=page,
        me=caller_on(request).actor.person,
        now=now,
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
    ticked: frozenset[str] = frozenset(),
    error: Refusal | TransitionNotAllowed | None = None,
) -> Response[str]:
    """Answer with the page; after an error with what was typed and what is the matter."""
    one = await read_opinion(opinion_id)
    if one is None:
        raise NotFound("opinion")
    caller = caller_on(request)
    mine = caller.actor.person in {one["first_by"], one["second_by"]} - {None}
    return staff_page(
        request,
        "opinion.html",
        status=status_of(error) if error else 200,
        one=one,
        mine=mine,
        heard=one["return_state"] not in GIVEN_IN,
        decides=caller.is_one_of({Role.MANAGER}),
        checks=services_of(request).policy.condition_checks,
        **_choices(),
        typed=typed or {},
        ticked=ticked,
        says=str(error) if error else "",
        faults=faults_of(error),
    )


def _choices() -> dict[str, Any]:
    return {
        "grades": list(Grade),
        "causes": list(FoundCause),
        "dispositions": [one for one in Disposition if one is not Disposition.SEND_BACK],
    }
