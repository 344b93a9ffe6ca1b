"""We ask the carrier what became of a parcel, and tell the customer that we did (74)."""

from datetime import datetime

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.actions import Action
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.words import ReturnKind
from returns_engine.tables.engine import transaction
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import load_case, save_case


async def ask_carrier(
    number: str, *, note: str, actor: Actor, now: datetime, expected_version: int | None = None
) -> None:
    """Note that the carrier was asked; the customer reads the note, and the carrier has the ball.

    It can be noted again, with each answer that is no answer yet. Raises TransitionNotAllowed where
    no parcel is on its way: a cancellation has none.
    """
    async with transaction():
        case = await load_case(number, expected_version=expected_version)
        case.require(Action.CARRIER_INQUIRY)
        if case.kind == ReturnKind.CANCELLATION:
            raise TransitionNotAllowed(case.headline, Action.CARRIER_INQUIRY)
        case.values["carrier_asked_at"] = now
        case.record(NewEvent(type="carrier.asked", text=note))
        case.tell("carrier_asked", {"message": note}, now)
        await save_case(case, actor=actor, now=now)
