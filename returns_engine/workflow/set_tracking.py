"""The customer's own tracking number for the parcel that comes back."""

from datetime import datetime

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.actions import Action
from returns_engine.tables.engine import transaction
from returns_engine.tables.returns import Return
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import load_case, save_case
from returns_engine.workflow.tracking_number import printed_tracking_number


async def set_tracking(
    number: str,
    *,
    carrier: str,
    tracking_number: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Keep carrier and number; the parcel counts as on its way (100).

    What is on record already changes nothing. Raises Unprocessable `tracking_number_impossible` for
    what no carrier prints (27).
    """
    async with transaction():
        case = await load_case(number, expected_version=expected_version)
        case.require(Action.TRACKING)
        printed = printed_tracking_number(tracking_number)
        told = {"own_carrier": carrier, "own_tracking_number": printed}
        if case.in_transit and await _known(number) == told:
            return
        case.values |= told | {"in_transit_at": now}
        case.in_transit = True
        case.record(NewEvent(type="parcel.announced", text=f"{carrier} {printed}"))
        await save_case(case, actor=actor, now=now)


async def _known(number: str) -> dict[str, str | None]:
    told = Return.own_carrier, Return.own_tracking_number
    return dict(await Return.select(*told).where(Return.number == number).first() or {})
