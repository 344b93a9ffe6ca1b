"""One order, whole: bought, paid, shipped, what we know of each delivery, and its returns."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from admin.forms import faults_of
from admin.orders.words import ORDER_WORDS
from admin.signed_in import AnyRequest, staff_page, staff_with
from returns_engine.queries.canceled_orders import missing_of_canceled
from returns_engine.queries.late_orders import last_look
from returns_engine.queries.order_link import read_order_link
from returns_engine.queries.order_troubles import parcels_in_trouble
from returns_engine.queries.order_view import read_order
from returns_engine.queries.return_list import list_returns
from returns_engine.queries.value_given import read_value_given
from returns_engine.rules.words import (
    Cause,
    Evidence,
    OrderStatus,
    Reason,
    Resolution,
    ReturnKind,
    Scope,
)
from returns_engine.texts.words import mark
from returns_engine.web.portal.draft import WHYS
from returns_engine.web.problems import status_of
from returns_engine.web.who import services_of
from returns_engine.workflow.late_orders import late_parts
from returns_engine.workflow.order_progress import is_abroad
from returns_engine.workflow.refusals import NotFound, Refusal

MOST_RETURNS = 50
# The reasons that are for somebody else's hand: a choice link opens these.
MATTERS: Mapping[ReturnKind, tuple[Reason | Cause, ...]] = WHYS
_SAID = {
    "looked": mark("Noted. It leaves the list of late orders for some days."),
    "not_late": mark("Meanwhile nothing of it is late. Nothing was noted."),
    "seen_to": mark("Noted. It leaves the inbox until something of the order changes."),
    "settled": mark("Meanwhile nothing of its money is left to be settled. Nothing was noted."),
    "linked": mark("Linked. The order belongs to the account from now on."),
    "stands": mark("Kept. The parcel's delivery date is now the one that was stated."),
    "kept": mark("Kept on record. What we hold is better for the customer, so it stands."),
    "refused": mark("Meanwhile the policy says no to it. Nothing was opened; please look again."),
}


@get("/admin/orders/{number:str}", guards=[staff_with(Scope.RETURNS_READ)])
async def order_page(request: AnyRequest, number: FromPath[str]) -> Response[str]:
    """Show an order, and what can be opened for its customer."""
    return await show_order(request, number, said=_SAID.get(request.query_params.get("said", "")))


async def show_order(
    request: AnyRequest,
    number: str,
    *,
    said: str | None = None,
    typed: Mapping[str, str] | None = None,
    error: Refusal | None = None,
) -> Response[str]:
    """Answer with the order's page; after an error with what was typed and what is the matter."""
    order = await the_order(request, number)
    services = services_of(request)
    return staff_page(
        request,
        "staff_order.html",
        status=status_of(error) if error else 200,
        words=ORDER_WORDS,
        order=order,
        titles={line["line_id"]: line["title"] for line in order["lines"]},
        value=await read_value_given(
            order["order_number"], on_top_free=services.policy.compensation.cap_per_order
        ),
        currency=order["currency"],
        returns=(
            await list_returns(
                order_number=order["order_number"], limit=MOST_RETURNS, for_staff=True
            )
        ).items,
        linked=await read_order_link(order["order_number"]),
        looked=await last_look(order["order_number"]),
        late=late_parts(
            order,
            services.policy,
            services.clock(),
            told=await parcels_in_trouble(order["order_number"]),
        ),
        missing=await _missing(order),
        abroad=is_abroad(order, services.policy),
        said=said,
        typed=typed or {},
        says=str(error) if error else "",
        faults=faults_of(error),
        matters=MATTERS,
        resolutions=list(Resolution),
        today=services.clock().astimezone(services.policy.zone).date(),
        strongest=list(Evidence),
    )


async def _missing(order: Mapping[str, Any]) -> int:
    canceled = order["status"] == OrderStatus.CANCELED
    return await missing_of_canceled(order["order_number"]) if canceled else 0


async def the_order(request: AnyRequest, number: str) -> dict[str, Any]:
    """Return the order with this number; raises NotFound."""
    services = services_of(request)
    order = await read_order(number, policy=services.policy, now=services.clock())
    if order is None:
        raise NotFound("order")
    return order
