"""What a customer chose on the page of items: kept as a draft, and carried on in an address.

What is filled in further on is kept while it is typed, and by the code when their half hour was
over.
"""

from urllib.parse import urlencode

from litestar import post
from litestar.response import Redirect

from returns_engine.queries.saved_draft import saved_draft
from returns_engine.rules.actor import Actor
from returns_engine.rules.words import Verdict
from returns_engine.web.portal.asking import choice_mistakes, judged
from returns_engine.web.portal.draft import Fields, needs_details, read_draft
from returns_engine.web.portal.draft_photos import keep
from returns_engine.web.portal.items import order_of, within
from returns_engine.web.portal.session import AnyRequest, the_customer
from returns_engine.web.portal.unsent import ORDER, request_of, unsent_in
from returns_engine.web.services import Services
from returns_engine.web.who import services_of


@post("/order/details")
async def choose_items(request: AnyRequest) -> Redirect:
    """Keep the chosen items as a draft where details are asked of them, and go on to those.

    The page it leads to only reads, so it can be reloaded and gone back to; what is missing or
    cannot come back is told there.
    """
    actor = await the_customer(request)
    fields = Fields.of(await request.form())
    return Redirect(await _kept(fields, actor, services_of(request)), status_code=303)


@post("/order/unsent")
async def fill_in_again(request: AnyRequest) -> Redirect:
    """Keep what was filled in for this order, and lead back to it; of another order, nothing."""
    actor = await the_customer(request)
    fields = request_of(unsent_in(Fields.of(await request.form())))
    if fields.one(ORDER) != actor.order:
        return Redirect("/order", status_code=303)
    there = await _kept(fields, actor, services_of(request))
    return Redirect(f"{there}&said=back", status_code=303)


@post("/order/draft", status_code=204)
async def keep_filled_in(request: AnyRequest) -> None:
    """Keep what is being filled in; a choice that is not whole is not kept."""
    actor = await the_customer(request)
    services = services_of(request)
    fields = Fields.of(await request.form())
    draft = within(read_draft(fields), await order_of(actor.order or "", services))
    if fields.one(ORDER) == actor.order and not choice_mistakes(draft):
        await keep(draft, actor, services)


async def _kept(fields: Fields, actor: Actor, services: Services) -> str:
    order = await order_of(actor.order or "", services)
    draft = within(read_draft(fields), order)
    there = f"/order/details?{urlencode(draft.choice())}"
    if choice_mistakes(draft) or not needs_details(draft):
        return there
    foreseen = await judged(draft.without_details(), actor, services)
    if foreseen.decision["verdict"] != Verdict.INELIGIBLE:
        saved = await saved_draft(actor.order or "", now=services.clock())
        if saved is not None and draft.is_choice_alone:
            draft = draft.filled_from(read_draft(Fields.of_pairs(saved.fields)))
        await keep(draft, actor, services)
    return there
