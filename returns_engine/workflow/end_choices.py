"""Choices by the clock: one reminder before the deadline, the safe default after it (B-31)."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.choice import ChoiceOption
from returns_engine.rules.lifecycle.choice_states import ChoiceEvent, ChoiceState
from returns_engine.rules.policy import Policy
from returns_engine.tables.choices import Choice
from returns_engine.tables.engine import the_engine, transaction
from returns_engine.workflow.choice_file import ChoiceFile, load_choice, save_choice
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import Refusal
from returns_engine.workflow.settle_choice import settle_choice

_TO_REMIND = """
SELECT id FROM choices WHERE state = 'open' AND reminded_at IS NULL
AND deadline > $1 AND deadline <= $2 ORDER BY deadline, id LIMIT 500
"""
_OVER = """
SELECT id FROM choices WHERE state = 'open' AND deadline <= $1 ORDER BY deadline, id LIMIT 500
"""


# The rest of what may have been shipped or cancelled meanwhile is told under the lock.
_WAITED_FOR = """
SELECT c.id FROM choices c JOIN orders o ON o.id = c."order"
WHERE c.chosen_option = 'wait' AND c.done_at IS NULL AND (o.status = 'canceled' OR NOT EXISTS (
    SELECT FROM choice_lines cl JOIN order_lines l ON l.id = cl.order_line
    WHERE cl.choice = c.id AND l.quantity > (
        SELECT COALESCE(sum(s.quantity), 0) FROM shipment_lines s WHERE s.order_line = l.id) + (
        SELECT COALESCE(sum(r.requested), 0) FROM return_lines r WHERE r.order_line = l.id)))
ORDER BY c.closed_at, c.id LIMIT 500
"""
log = structlog.get_logger()

NOTHING_LEFT = "nothing_left"
"""The reference of what was carried out by what happened: shipped, or cancelled."""


async def remind_of_choices(*, policy: Policy, now: datetime) -> int:
    """Remind once of each choice whose deadline is near; return how many were looked at."""
    if not policy.choices.remind_days:
        return 0
    near = now + timedelta(days=policy.choices.remind_days)
    ids = [row["id"] for row in await the_engine().fetch_rows(_TO_REMIND, now, near)]
    for choice_id in ids:
        async with transaction():
            choice = await load_choice(choice_id)
            if choice.state is not ChoiceState.OPEN or choice.reminded:
                continue
            if choice.left:
                choice.values[Choice.reminded_at] = now
                choice.record(NewEvent(type="choice.reminded"))
                choice.tell("choice_reminder", now)
            else:
                _overtake(choice, now)
            await save_choice(choice, actor=SYSTEM, now=now)
    return len(ids)


async def end_waits(*, now: datetime) -> int:
    """Count waits as carried out once nothing waits any more; return how many were looked at."""
    ids = [row["id"] for row in await the_engine().fetch_rows(_WAITED_FOR)]
    for choice_id in ids:
        async with transaction():
            choice = await load_choice(choice_id)
            if choice.chosen_option is ChoiceOption.WAIT and not choice.done and not choice.left:
                choice.values |= {Choice.done_at: now, Choice.done_reference: NOTHING_LEFT}
                choice.record(NewEvent(type="choice.carried_out", reason=NOTHING_LEFT))
                await save_choice(choice, actor=SYSTEM, now=now)
    return len(ids)


async def default_choices(*, policy: Policy, now: datetime) -> int:
    """Take the safe default of each choice whose deadline is over; return how many there were."""
    ids = [row["id"] for row in await the_engine().fetch_rows(_OVER, now)]
    for choice_id in ids:
        try:
            await _end(choice_id, policy, now)
        except Refusal as refusal:
            # One that cannot be ended must not keep the money of the others.
            log.warning("choice_not_ended", choice=str(choice_id), code=refusal.code)
    return len(ids)


async def _end(choice_id: UUID, policy: Policy, now: datetime) -> None:
    async with transaction():
        choice = await load_choice(choice_id)
        # Somebody may have chosen in the last moment.
        if choice.state is not ChoiceState.OPEN:
            return
        if choice.left:
            await _default(choice, policy, now)
        else:
            _overtake(choice, now)
        await save_choice(choice, actor=SYSTEM, now=now)


async def _default(choice: ChoiceFile, policy: Policy, now: datetime) -> None:
    event = NewEvent(type="choice.defaulted", data={"option": str(choice.default)})
    choice.move(ChoiceEvent.DEFAULT, event, now=now)
    choice.values |= {
        Choice.chosen_option: str(choice.default),
        Choice.chosen_by: str(SYSTEM.kind),
    }
    await settle_choice(choice, choice.default, policy=policy, now=now)
    choice.tell("choice_default_taken", now)


def _overtake(choice: ChoiceFile, now: datetime) -> None:
    """Take back a choice that nothing is left of; what settled it was told by itself."""
    event = NewEvent(type="choice.withdrawn", reason="overtaken")
    choice.move(ChoiceEvent.WITHDRAW, event, now=now)
