"""Choices by the clock: one reminder before the deadline, the safe default after it (B-31)."""

from datetime import datetime, timedelta

from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.lifecycle.choice_states import ChoiceEvent, ChoiceState
from returns_engine.rules.policy import Policy
from returns_engine.tables.choices import Choice
from returns_engine.tables.engine import the_engine, transaction
from returns_engine.workflow.choice_file import ChoiceFile, load_choice, save_choice
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.settle_choice import settle_choice

_TO_REMIND = """
SELECT id FROM choices WHERE state = 'open' AND reminded_at IS NULL
AND deadline > $1 AND deadline <= $2 ORDER BY deadline, id LIMIT 500
"""
_OVER = """
SELECT id FROM choices WHERE state = 'open' AND deadline <= $1 ORDER BY deadline, id LIMIT 500
"""


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


async def default_choices(*, policy: Policy, now: datetime) -> int:
    """Take the safe default of each choice whose deadline is over; return how many there were."""
    ids = [row["id"] for row in await the_engine().fetch_rows(_OVER, now)]
    for choice_id in ids:
        async with transaction():
            choice = await load_choice(choice_id)
            # Somebody may have chosen in the last moment.
            if choice.state is not ChoiceState.OPEN:
                continue
            if choice.left:
                await _default(choice, policy, now)
            else:
                _overtake(choice, now)
            await save_choice(choice, actor=SYSTEM, now=now)
    return len(ids)


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
