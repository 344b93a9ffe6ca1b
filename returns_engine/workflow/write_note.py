"""Words among colleagues about a return, which its customer never sees."""

from datetime import datetime

from returns_engine.rules.actor import Actor
from returns_engine.rules.event_audience import NOTE
from returns_engine.tables.engine import transaction
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import load_case, save_case


async def write_note(
    number: str, *, note: str, actor: Actor, now: datetime, expected_version: int | None = None
) -> None:
    """Keep a note in any state of a return; nobody is mailed."""
    async with transaction():
        case = await load_case(number, expected_version=expected_version)
        case.record(NewEvent(type=NOTE, text=note))
        await save_case(case, actor=actor, now=now)
