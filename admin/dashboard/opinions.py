"""What the dashboard says of second opinions, and to a manager how often two agree."""

from datetime import datetime

from admin.dashboard.figure import Figure
from admin.opinions.page import RATE_OVER
from returns_engine.queries.opinions import count_opinions
from returns_engine.rules.words import Role
from returns_engine.texts.words import mark
from returns_engine.web.who import Caller


async def opinion_figures(caller: Caller, now: datetime) -> tuple[Figure, ...]:
    """Return what waits for a second opinion; a manager also sees where they differ."""
    counted = await count_opinions(since=now - RATE_OVER)
    asked = Figure(
        name=mark("Second opinions to give"),
        count=counted.asked.count,
        oldest_at=counted.asked.oldest_at,
        link="/admin/opinions",
    )
    if not caller.is_one_of({Role.MANAGER}):
        return (asked,)
    return (
        asked,
        Figure(
            name=mark("Opinions that differ"),
            count=counted.disputed.count,
            oldest_at=counted.disputed.oldest_at,
            link="/admin/opinions?show=disputed",
        ),
        Figure(
            name=mark("Second opinions that agree"),
            share=(counted.agreed, counted.given),
            says=mark("of those given in the last 90 days, for the value and on appeal"),
            link="/admin/opinions?show=given",
        ),
    )
