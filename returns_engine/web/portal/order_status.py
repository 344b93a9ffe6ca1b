"""Where the order is: its parcels, with the carriers' pages, estimates, and what may delay it."""

from litestar import Response, get

from returns_engine.web.pages import page
from returns_engine.web.portal.choosing import choices_of_order
from returns_engine.web.portal.items import order_of
from returns_engine.web.portal.order_headline import headline_of, order_steps
from returns_engine.web.portal.session import AnyRequest, the_customer
from returns_engine.web.who import services_of
from returns_engine.workflow.late_orders import late_parts
from returns_engine.workflow.order_progress import progress_of


@get("/order/status")
async def order_status_page(request: AnyRequest) -> Response[str]:
    """Say where the customer's order is, and what comes next."""
    actor = await the_customer(request)
    services = services_of(request)
    order = await order_of(actor.order or "", services)
    progress = progress_of(order, services.policy, services.clock())
    noticed = frozenset(late_parts(order, services.policy, services.clock()))
    return page(
        request,
        "portal/order_status.html",
        order=order,
        progress=progress,
        noticed=noticed,
        headline=headline_of(order, progress, noticed=noticed),
        steps=order_steps(order, progress),
        choices=await choices_of_order(request, actor.order or ""),
        delivery=services.policy.delivery,
        clauses=services.policy.clauses,
    )
