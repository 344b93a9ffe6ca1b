"""The dashboard: where the day begins."""

from datetime import timedelta

from litestar import Response, get

from admin.dashboard.figures import read_sections
from admin.signed_in import AnyRequest, caller_on, staff_page, staff_with
from returns_engine.queries.waiting import what_waits
from returns_engine.web.who import services_of
from returns_engine.workflow.late_orders import late_limits


@get("/admin", guards=[staff_with()])
async def dashboard(request: AnyRequest) -> Response[str]:
    """Show what waits for the roles of whoever is signed in."""
    services, caller = services_of(request), caller_on(request)
    now = services.clock()
    today = now.astimezone(services.policy.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    sections = await read_sections(
        caller,
        await what_waits(),
        month_start=today.replace(day=1),
        now=now,
        tomorrow=today + timedelta(days=1),
        late=late_limits(services.policy, now),
    )
    return staff_page(request, "dashboard.html", sections=sections, now=now)
