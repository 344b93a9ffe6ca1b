"""What the staff does to a choice that was offered: take it back, or mark as carried out."""

from datetime import datetime
from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.rules.choice import BY_HAND
from returns_engine.rules.lifecycle.choice_states import ChoiceEvent
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.tables.choices import Choice
from returns_engine.tables.engine import transaction
from returns_engine.workflow.choice_file import load_choice, save_choice
from returns_engine.workflow.record_events import NewEvent


async def withdraw_choice(
    choice_id: UUID,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Take an open choice back, for a reason the customer reads; the link then says so.

    A delivery problem it was about stays in review, for a person to decide.
    """
    async with transaction():
        choice = await load_choice(choice_id, expected_version=expected_version)
        event = NewEvent(type="choice.withdrawn", reason="withdrawn", text=reason)
        choice.move(ChoiceEvent.WITHDRAW, event, now=now)
        choice.tell("choice_withdrawn", now, reason=reason)
        await save_choice(choice, actor=actor, now=now)


async def carry_out_choice(
    choice_id: UUID,
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Mark that the staff has done what was chosen: sent the goods waited for, or others.

    Raises TransitionNotAllowed where nothing waits for the staff, or it was done before.
    """
    async with transaction():
        choice = await load_choice(choice_id, expected_version=expected_version)
        if choice.done or choice.chosen_option not in BY_HAND:
            raise TransitionNotAllowed(choice.state, "done")
        choice.values |= {
            Choice.done_at: now,
            Choice.done_by: actor.person,
            Choice.done_reference: reference,
        }
        # A person typed it, so it may hold anything: it is kept where it can be erased.
        choice.record(NewEvent(type="choice.carried_out", text=reference))
        await save_choice(choice, actor=actor, now=now)
