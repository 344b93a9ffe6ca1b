"""One search over all that somebody may name: in the head of every page."""

from typing import Any

from litestar import Response, get
from litestar.response import Redirect

from admin.search.asked import read_asked
from admin.search.found import MOST, find_anything
from admin.signed_in import AnyRequest, caller_on, staff_page, staff_with
from returns_engine.rules.words import Scope
from returns_engine.texts.parcel_words import PARCEL_STATES
from returns_engine.web.who import services_of


@get("/admin/search", guards=[staff_with(Scope.RETURNS_READ)])
async def search(request: AnyRequest) -> Response[Any]:
    """Show what was found, by kind; lead straight to the one thing that was named."""
    country = services_of(request).policy.home_country
    asked = read_asked(request.query_params.get("q", ""), country=country)
    sees_parcels = caller_on(request).may(Scope.RECEIVING_WRITE)
    sees_refunds = caller_on(request).may(Scope.REFUNDS_READ)
    found = await find_anything(asked, parcels=sees_parcels, refunds=sees_refunds)
    if found.straight is not None:
        return Redirect(found.straight, status_code=303)
    return staff_page(
        request,
        "search.html",
        asked=asked,
        found=found,
        found_by=asked.text,
        most=MOST,
        sees_parcels=sees_parcels,
        sees_refunds=sees_refunds,
        parcel_states=PARCEL_STATES,
    )
