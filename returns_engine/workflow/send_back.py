"""Rejected units leave for the customer, whose goods they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.actions import Action
from returns_engine.tables.engine import transaction
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import refuse_field
from returns_engine.workflow.return_case import ReturnCase, load_case, save_case
from returns_engine.workflow.tracking_number import printed_tracking_number


@dataclass(frozen=True, slots=True, kw_only=True)
class SentUnits:
    """Rejected units of one order line in a parcel to the customer."""

    line_id: str
    quantity: int


async def send_back(
    number: str,
    *,
    lines: Sequence[SentUnits],
    carrier: str,
    tracking_number: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Record that rejected units were sent back.

    Raises Unprocessable `exceeds_rejected`, and `tracking_number_impossible` for what no carrier
    prints.
    """
    async with transaction():
        case = await load_case(number, expected_version=expected_version)
        case.require(Action.SEND_BACK)
        for place, line in enumerate(lines):
            _count_out(case, place, line)
        data = {"lines": [{"line_id": one.line_id, "quantity": one.quantity} for one in lines]}
        # A tracking number leads to an address: it stands where it can be erased.
        printed = printed_tracking_number(tracking_number)
        parcel = f"{carrier} {printed}"
        case.record(NewEvent(type="goods.sent_back", data=data, text=parcel))
        under = {"carrier": carrier, "tracking_number": printed}
        case.tell("goods_sent_back", {**data, **under}, now)
        await save_case(case, actor=actor, now=now)


def _count_out(case: ReturnCase, place: int, line: SentUnits) -> None:
    left = line.quantity
    for entry in case.lines_of(line.line_id):
        units = min(left, entry.rejected_waiting)
        entry.add("sent_back", units)
        left -= units
    if left:
        raise refuse_field(
            "exceeds_rejected",
            f"There are not so many rejected units of line {line.line_id} here.",
            f"/lines/{place}/quantity",
        )
