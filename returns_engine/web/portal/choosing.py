"""The page behind a choice's link: works without signing in, and chooses once, by a form alone.

Opening the link changes nothing: mail programs open links to look at them.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from returns_engine.queries.choice_view import (
    choices_of_orders,
    choices_of_return,
    language_of_choice,
)
from returns_engine.rules.actor import Actor
from returns_engine.rules.choice import ChoiceOption
from returns_engine.rules.lifecycle.choice_states import ChoiceState
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.words import ActorKind
from returns_engine.tables.engine import transaction
from returns_engine.texts.catalogue import language_or_default
from returns_engine.texts.localized import texts_in
from returns_engine.texts.words import mark
from returns_engine.web.languages import chosen_language, spoken_language
from returns_engine.web.pages import page_in
from returns_engine.web.portal.draft import Fields, Mistake
from returns_engine.web.portal.session import AnyRequest
from returns_engine.web.who import services_of
from returns_engine.workflow.choice_facts import choice_facts
from returns_engine.workflow.choice_links import choice_of_link, choice_path
from returns_engine.workflow.choose_option import choose_option
from returns_engine.workflow.refusals import Conflict, Unprocessable

_CONFLICT, _UNPROCESSABLE = 409, 422
_BETWEEN = ":"
_NOTHING_CHOSEN = Mistake(field="option", says=mark("Choose one of these, then send it."))
_ALREADY = mark("This was settled already, so nothing was changed. Below is what holds.")


@get("/choices/{link:str}")
async def choice_page(request: AnyRequest, link: FromPath[str]) -> Response[str]:
    """Show the choice, or what was chosen."""
    return _page(request, link, await _facts(request, link))


@post("/choices/{link:str}")
async def choose(request: AnyRequest, link: FromPath[str]) -> Response[str] | Redirect:
    """Take the choice; what was settled before stays as it is."""
    facts = await _facts(request, link)
    services = services_of(request)
    word, _, sku = Fields.of(await request.form()).one("option").partition(_BETWEEN)
    if word not in list(ChoiceOption):
        return _page(request, link, facts, mistakes=[_NOTHING_CHOSEN])
    try:
        await choose_option(
            _id_of(request, link),
            option=ChoiceOption(word),
            sku=sku or None,
            actor=Actor(kind=ActorKind.CUSTOMER, order=facts["order_number"]),
            policy=services.policy,
            now=services.clock(),
        )
    except Unprocessable:
        return _page(request, link, facts, mistakes=[_NOTHING_CHOSEN])
    except (TransitionNotAllowed, Conflict):
        facts = await _facts(request, link)
        held = (facts["state"], facts["chosen"], facts["chosen_sku"])
        # An impatient finger sends it twice, and reads the second answer: it is the first one's.
        if held != (ChoiceState.CHOSEN, word, sku or None):
            return _page(request, link, facts, already=True)
    return Redirect(f"/choices/{link}", status_code=303)


async def choices_about_orders(request: AnyRequest, numbers: Sequence[str]) -> list[dict[str, Any]]:
    """Return the choices about orders, the newest first, each with the `path` of its page."""
    return [_with_path(request, choice) for choice in await choices_of_orders(numbers)]


async def choices_about(request: AnyRequest, return_number: str) -> list[dict[str, Any]]:
    """Return the choices that a return is about, or came from, each with the `path` of its page."""
    return [_with_path(request, one) for one in await choices_of_return(return_number)]


def _with_path(request: AnyRequest, choice: dict[str, Any]) -> dict[str, Any]:
    key = services_of(request).settings.secret_key
    return choice | {"path": choice_path(UUID(choice["id"]), secret_key=key)}


def _id_of(request: AnyRequest, link: str) -> UUID:
    """Return whose link it is; one that we did not sign is an address like any other wrong one."""
    known = choice_of_link(link, secret_key=services_of(request).settings.secret_key)
    if known is None:
        raise NotFoundException
    return known


async def _facts(request: AnyRequest, link: str) -> dict[str, Any]:
    """Return what the page says; in the order's language where nobody chose one on this device."""
    services = services_of(request)
    known = _id_of(request, link)
    kept = chosen_language(request) or await language_of_choice(known)
    language = language_or_default(kept) if kept else spoken_language(request)
    async with transaction():
        facts = await choice_facts(
            known,
            settings=services.settings,
            policy=services.policy,
            texts=texts_in(language),
        )
    return facts | {"language": language}


def _page(
    request: AnyRequest,
    link: str,
    facts: dict[str, Any],
    *,
    mistakes: list[Mistake] | None = None,
    already: bool = False,
) -> Response[str]:
    return page_in(
        request,
        facts["language"],
        "portal/choice.html",
        status=_CONFLICT if already else _UNPROCESSABLE if mistakes else 200,
        context={
            "link": link,
            "choice": facts,
            "mistakes": mistakes or [],
            "already": _ALREADY if already else None,
        },
    )
