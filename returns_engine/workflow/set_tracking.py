"""The customer's own tracking number for the parcel that comes back."""

import re
from datetime import datetime

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.actions import Action
from returns_engine.tables.engine import transaction
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import refuse_field
from returns_engine.workflow.return_case import load_case, save_case

_PRINTED = re.compile(r"[A-Z0-9]{5,40}")
_IMPOSSIBLE = "A tracking number has 5 to 40 letters and digits; it stands on your receipt."


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

    Raises Unprocessable `tracking_number_impossible` for what no carrier prints (27).
    """
    printed = "".join(tracking_number.split()).replace("-", "").upper()
    async with transaction():
        case = await load_case(number, expected_version=expected_version)
        case.require(Action.TRACKING)
        if not _PRINTED.fullmatch(printed):
            raise refuse_field("tracking_number_impossible", _IMPOSSIBLE, "/tracking_number")
        case.values |= {
            "own_carrier": carrier,
            "own_tracking_number": printed,
            "in_transit_at": now,
        }
        case.in_transit = True
        case.record(NewEvent(type="parcel.announced", text=f"{carrier} {printed}"))
        await save_case(case, actor=actor, now=now)
