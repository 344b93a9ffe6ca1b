"""The first page after the code: what went wrong, and the draft that was left here."""

from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.response import Redirect

from returns_engine.queries.moments import utc_text
from returns_engine.queries.return_list import list_returns
from returns_engine.queries.saved_draft import saved_draft
from returns_engine.rules.actor import Actor
from returns_engine.web.pages import page
from returns_engine.web.portal.asking import items_page
from returns_engine.web.portal.draft import Fields, read_draft
from returns_engine.web.portal.issues import ISSUES, Issue, issues_of
from returns_engine.web.portal.items import order_of, within
from returns_engine.web.portal.order_standing import standing_of
from returns_engine.web.portal.session import AnyRequest, the_customer
from returns_engine.web.who import services_of
from returns_engine.workflow.keep_draft import forget_draft


@get("/order")
async def order_page(request: AnyRequest) -> Response[str]:
    """Ask what went wrong; with an answer in the address, show what the order holds."""
    actor = await the_customer(request)
    fields = Fields.of(request.query_params)
    draft = read_draft(fields)
    issue = ISSUES.get(draft.issue)
    if issue is None and not fields.one("kind") and not draft.lines:
        return await _start_page(request, actor)
    if issue is not None and issue.kind is None:
        return await _told_page(request, actor, issue)
    return await items_page(request, actor, draft, [])


async def _start_page(request: AnyRequest, actor: Actor) -> Response[str]:
    services = services_of(request)
    order = await order_of(actor.order or "", services)
    saved = await saved_draft(actor.order or "", now=services.clock())
    draft = within(read_draft(Fields.of_pairs(saved.fields if saved else [])), order)
    return page(
        request,
        "portal/start.html",
        order=order,
        draft=draft,
        saved_at=utc_text(saved.saved_at) if saved else None,
        titles={line["line_id"]: line["title"] for line in order["lines"]},
        go_on=f"/order/details?{urlencode(draft.choice())}",
        issues=issues_of(order, services.policy, services.clock()),
        returns=(await list_returns(order_number=actor.order)).items,
        standing=await standing_of(request, order),
    )


async def _told_page(request: AnyRequest, actor: Actor, issue: Issue) -> Response[str]:
    """Answer an issue that asks for nothing but to be told what we know (requirement 65)."""
    order = await order_of(actor.order or "", services_of(request))
    standing = await standing_of(request, order)
    return page(request, "portal/told.html", order=order, issue=issue, standing=standing)


@post("/order/draft/forget")
async def throw_away(request: AnyRequest) -> Redirect:
    """Throw the draft away, and begin anew."""
    actor = await the_customer(request)
    await forget_draft(actor.order or "")
    return Redirect("/order", status_code=303)
