"""Choices put to customers: the lists, and one with what the customer reads."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from admin.choices.queue import TABS, count_waiting, read_choices
from admin.forms import faults_of, id_of
from admin.lists.download import download, items_text
from admin.lists.frame import ListFrame
from admin.signed_in import AnyRequest, staff_page, staff_with
from returns_engine.queries.choice_view import read_choice
from returns_engine.queries.timeline import read_events
from returns_engine.rules.choice import BY_HAND, ChoiceKind
from returns_engine.rules.event_body import order_chain
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.words import Scope
from returns_engine.tables.engine import transaction
from returns_engine.texts.catalogue import DEFAULT_LOCALE
from returns_engine.texts.localized import texts_in
from returns_engine.web.problems import status_of
from returns_engine.web.who import services_of
from returns_engine.workflow.choice_facts import choice_facts
from returns_engine.workflow.refusals import NotFound, Refusal

COLUMNS = (
    *("order_number", "return_number", "customer", "kind", "state", "deadline", "closed_at"),
    *("items", "default_option", "chosen_option", "chosen_sku", "done_reference"),
)
_PATH = "/admin/choices"
_REVIEWS = staff_with(Scope.RETURNS_REVIEW)


@get(_PATH, guards=[_REVIEWS])
async def choices(request: AnyRequest) -> Response[str]:
    """List the open choices, those due soon, those to be carried out, or those that are over."""
    tab = _tab(request)
    after = request.query_params.get("after")
    services = services_of(request)
    now = services.clock()
    place = id_of(after, "choice") if after else None
    page = await read_choices(tab, now=now, after=place)
    frame = ListFrame(
        path=_PATH,
        kept={"show": tab},
        place=str(place) if place else None,
        next_place=str(page.after) if page.after else None,
        cursor="after",
    )
    return staff_page(
        request,
        "staff_choices.html",
        tab=tab,
        page=page,
        frame=frame,
        waiting=await count_waiting(now),
        now=now,
        today=now.astimezone(services.policy.zone).date(),
    )


@get(f"{_PATH}.csv", guards=[_REVIEWS])
async def choices_file(request: AnyRequest) -> Stream:
    """Hand out the whole list."""
    tab, now = _tab(request), services_of(request).clock()

    async def read(after: UUID | None) -> tuple[Sequence[Mapping[str, Any]], UUID | None]:
        page = await read_choices(tab, now=now, after=after)
        shown = [{**one, "items": items_text(one["lines"], "quantity")} for one in page.choices]
        return shown, page.after

    return download(f"choices-{tab}", COLUMNS, read, lambda one: [one[name] for name in COLUMNS])


def _tab(request: AnyRequest) -> str:
    asked = request.query_params.get("show", "open")
    return asked if asked in TABS else "open"


@get("/admin/choices/{choice_id:uuid}", guards=[_REVIEWS])
async def choice(request: AnyRequest, choice_id: FromPath[UUID]) -> Response[str]:
    """Show a choice."""
    return await show_choice(request, choice_id)


async def show_choice(
    request: AnyRequest,
    choice_id: UUID,
    *,
    typed: Mapping[str, str] | None = None,
    error: Refusal | TransitionNotAllowed | None = None,
) -> Response[str]:
    """Answer with a choice; after an error with what was typed and what is the matter."""
    services = services_of(request)
    found = await read_choice(choice_id)
    if found is None:
        raise NotFound("choice")
    async with transaction():
        facts = await choice_facts(
            choice_id,
            settings=services.settings,
            policy=services.policy,
            texts=texts_in(DEFAULT_LOCALE),
        )
    chosen = found["chosen"] or {}
    return staff_page(
        request,
        "staff_choice.html",
        status=status_of(error) if error else 200,
        choice=found,
        facts=facts,
        to_do=chosen.get("option") in BY_HAND and found["done"] is None,
        events=await _events(found),
        typed=typed or {},
        says=str(error) if error else "",
        faults=faults_of(error),
    )


async def _events(choice: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what happened to the choice, from the record it is written in."""
    about_return = choice["kind"] == ChoiceKind.UNDELIVERABLE
    chain = choice["return_number"] if about_return else order_chain(choice["order_number"])
    events = await read_events(chain)
    return [event for event in events if event["data"].get("choice_id") == choice["id"]]
