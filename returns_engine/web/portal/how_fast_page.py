"""How fast we are: our own numbers in words, and none where there are too few."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from litestar import Response, get

from returns_engine.queries.how_fast import FEWEST, WINDOW, how_fast
from returns_engine.rules.promises import PromiseKind
from returns_engine.texts.words import mark
from returns_engine.web.pages import page
from returns_engine.web.portal.session import AnyRequest
from returns_engine.web.who import services_of

HEADINGS: Mapping[PromiseKind, str] = {
    PromiseKind.INSPECTION: mark("From the arrival of a parcel until it is inspected"),
    PromiseKind.REFUND_SENT: mark("From the approval of a refund until it is sent"),
    PromiseKind.ANSWER: mark("From your request until a person has answered"),
}
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
# Up to here hours say more than days.
_IN_HOURS = timedelta(hours=48)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A length of time to be read: `count` whole hours or days, rounded up."""

    count: int
    in_days: bool


def span(took: timedelta) -> Span:
    """Return how long something took, in the unit that says most; never less than an hour."""
    in_days = took > _IN_HOURS
    unit = _DAY if in_days else _HOUR
    return Span(count=max(1, -(-took // unit)), in_days=in_days)


@get("/how-fast")
async def how_fast_page(request: AnyRequest) -> Response[str]:
    """Say in words how fast we were lately, with the day it was counted."""
    services = services_of(request)
    now = services.clock()
    found = await how_fast(now=now)
    return page(
        request,
        "portal/how_fast.html",
        paces=[(kind, heading, found.get(kind)) for kind, heading in HEADINGS.items()],
        policy=services.policy,
        span=span,
        fewest=FEWEST,
        days=WINDOW.days,
        now=now,
    )
