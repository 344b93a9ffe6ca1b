"""Control: the clock of sandbox and engine."""

from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from returns_engine.sandbox.agenda import Agenda
from returns_engine.sandbox.sandbox_clock import SandboxClock


class ClockOrder(Struct, kw_only=True, forbid_unknown_fields=True):
    """How many seconds sandbox and engine are ahead of the real clock."""

    offset_seconds: int


@post("/clock", status_code=200)
async def move_clock(
    data: JSONBody[ClockOrder],
    sandbox_clock: NamedDependency[SandboxClock],
    agenda: NamedDependency[Agenda],
) -> dict[str, Any]:
    """Set the offset, and do all that was to come until then; answers the time that it is now."""
    sandbox_clock.set_offset(data.offset_seconds)
    agenda.catch_up()
    return _time(sandbox_clock)


@get("/clock")
async def read_clock(sandbox_clock: NamedDependency[SandboxClock]) -> dict[str, Any]:
    """Tell offset and time."""
    return _time(sandbox_clock)


def _time(clock: SandboxClock) -> dict[str, Any]:
    return {"offset_seconds": clock.offset, "now": clock.now()}
