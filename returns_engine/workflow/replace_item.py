"""Send the same thing again, step by step: out of stock, ordered, shipped, delivered."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.rules.eligibility.calendar_days import local_day
from returns_engine.rules.lifecycle.replacement_states import ReplacementEvent
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import transaction
from returns_engine.workflow.confirm_beyond_paid import order_takes_effect
from returns_engine.workflow.count_settled import count_settled
from returns_engine.workflow.decide_compensation import give_with_replacement
from returns_engine.workflow.refusals import refuse_field
from returns_engine.workflow.replacement_file import (
    ReplacementFile,
    load_replacement,
    move_replacement,
)
from returns_engine.workflow.return_case import save_case
from returns_engine.workflow.tracking_number import carrier_word, printed_tracking_number

_PAST = "This day lies in the past; give one from today on, or none while nobody knows."
_OWN_ORDER = "That is the order it came from; the replacement has an order of its own."


async def await_stock(
    replacement_id: UUID,
    *,
    expected_on: date | None,
    policy: Policy,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Say that it is out of stock, and if known on which day it comes in; the customer hears it.

    Said again, it corrects the day. Raises TransitionNotAllowed, and Unprocessable
    `expected_in_the_past`.
    """
    async with transaction():
        replacement = await load_replacement(replacement_id, expected_version=expected_version)
        replacement.require(ReplacementEvent.AWAIT_STOCK)
        if expected_on is not None and expected_on < local_day(now, policy.zone):
            raise refuse_field("expected_in_the_past", _PAST, "/expected_on")
        day = expected_on and expected_on.isoformat()
        await move_replacement(
            replacement,
            ReplacementEvent.AWAIT_STOCK,
            {"expected_on": expected_on},
            now=now,
            data={"expected_on": day} if day else {},
        )
        _tell(replacement, "replacement_awaiting_stock", {"expected_on": day}, now)
        await save_case(replacement.case, actor=actor, now=now)


async def order_replacement(
    replacement_id: UUID,
    *,
    external_order: str,
    policy: Policy,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Write down the order under which the shop sends it; raises Unprocessable `own_order`.

    Where it takes what is given above what was paid for the order, nothing moves until another
    person has named the same order; SamePerson for who named it first.
    """
    async with transaction():
        replacement = await load_replacement(replacement_id, expected_version=expected_version)
        replacement.require(ReplacementEvent.ORDER)
        number = external_order.strip()
        # A wrong number here would cut the warranty of what was bought under it.
        if number == replacement.case.order_number:
            raise refuse_field("own_order", _OWN_ORDER, "/external_order")
        if await order_takes_effect(replacement, number, policy=policy, actor=actor, now=now):
            said = {"external_order": number}
            values = {**said, "ordered_by": actor.person}
            await move_replacement(
                replacement, ReplacementEvent.ORDER, values, now=now, data={**said}
            )
            _tell(replacement, "replacement_ordered", said, now)
        await save_case(replacement.case, actor=actor, now=now)


async def ship_replacement(
    replacement_id: UUID,
    *,
    carrier: str,
    tracking_number: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Say under which tracking number it left; raises Unprocessable `tracking_number_impossible`.

    The customer gets number and link at once (24, 27). Said again, it corrects them.
    """
    async with transaction():
        replacement = await load_replacement(replacement_id, expected_version=expected_version)
        replacement.require(ReplacementEvent.SHIP)
        said = {
            "carrier": carrier_word(carrier),
            "tracking_number": printed_tracking_number(tracking_number),
        }
        # A tracking number leads to an address: it stands where it can be erased.
        parcel = f"{said['carrier']} {said['tracking_number']}"
        await move_replacement(replacement, ReplacementEvent.SHIP, said, now=now, text=parcel)
        _tell(replacement, "replacement_shipped", said, now)
        # The gift that goes with it leaves in the same parcel (67, 76).
        await give_with_replacement(
            replacement.case,
            replacement.row["return_line"],
            reference=f"{said['carrier'].upper()} {said['tracking_number']}",
            now=now,
        )
        await save_case(replacement.case, actor=actor, now=now)


async def deliver_replacement(
    replacement_id: UUID, *, actor: Actor, now: datetime, expected_version: int | None = None
) -> None:
    """Say that it has arrived: its units count as replaced, and our duty is done."""
    async with transaction():
        replacement = await load_replacement(replacement_id, expected_version=expected_version)
        await move_replacement(replacement, ReplacementEvent.DELIVER, {}, now=now)
        await count_settled(replacement.case)
        await save_case(replacement.case, actor=actor, now=now)


def _tell(
    replacement: ReplacementFile, template: str, context: dict[str, Any], now: datetime
) -> None:
    replacement.case.tell(template, {"lines": [replacement.units], **context}, now)
