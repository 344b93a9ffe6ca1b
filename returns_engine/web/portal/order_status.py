"""Where the order is: its parcels, with the carriers' pages, estimates, and what may delay it."""

from litestar import Response, get

from returns_engine.web.pages import page
from returns_engine.web.portal.items import order_of
from returns_engine.web.portal.order_headline import order_steps
from returns_engine.web.portal.order_standing import standing_of
from returns_engine.web.portal.session import AnyRequest, the_customer
from returns_engine.web.who import services_of


@get("/order/status")
async def order_status_page(request: AnyRequest) -> Response[str]:
    """Say where the customer's order is, and what comes next."""
    actor = await the_customer(request)
    services = services_of(request)
    order = await order_of(actor.order or "", services)
    standing = await standing_of(request, order)
    return page(
        request,
        "portal/order_status.html",
        order=order,
        standing=standing,
        progress=standing.progress,
        noticed=standing.noticed,
        headline=standing.headline,
        steps=order_steps(order, standing.progress, news=standing.news),
        delivery=services.policy.delivery,
        clauses=services.policy.clauses,
    )
