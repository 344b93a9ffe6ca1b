"""What a customer chose on the page of items: kept as a draft, and carried on in an address."""

from urllib.parse import urlencode

from litestar import post
from litestar.response import Redirect

from returns_engine.queries.saved_draft import saved_draft
from returns_engine.rules.words import Verdict
from returns_engine.web.portal.asking import choice_mistakes, judged
from returns_engine.web.portal.draft import Fields, needs_details, read_draft
from returns_engine.web.portal.draft_photos import keep
from returns_engine.web.portal.items import order_of, within
from returns_engine.web.portal.session import AnyRequest, the_customer
from returns_engine.web.who import services_of


@post("/order/details")
async def choose_items(request: AnyRequest) -> Redirect:
    """Keep the chosen items as a draft where details are asked of them, and go on to those.

    The page it leads to only reads, so it can be reloaded and gone back to; what is missing or
    cannot come back is told there.
    """
    actor = await the_customer(request)
    services = services_of(request)
    order = await order_of(actor.order or "", services)
    draft = within(read_draft(Fields.of(await request.form())), order)
    there = Redirect(f"/order/details?{urlencode(draft.choice())}", status_code=303)
    if choice_mistakes(draft) or not needs_details(draft):
        return there
    foreseen = await judged(draft, actor, services)
    if foreseen.decision["verdict"] != Verdict.INELIGIBLE:
        saved = await saved_draft(actor.order or "", now=services.clock())
        if saved is not None:
            draft = draft.filled_from(read_draft(Fields.of_pairs(saved.fields)))
        await keep(draft, actor, services)
    return there
