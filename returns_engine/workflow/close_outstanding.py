"""Give up what never came, so that the rest can be settled."""

from datetime import datetime

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.actions import Action
from returns_engine.tables.engine import transaction
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import load_case, save_case


async def close_outstanding(
    number: str, *, reason: str, actor: Actor, now: datetime, expected_version: int | None = None
) -> None:
    """Give up the units that did not come; they can be asked for again."""
    async with transaction():
        case = await load_case(number, expected_version=expected_version)
        case.require(Action.CLOSE_OUTSTANDING)
        given_up = []
        for line in case.lines:
            if line.outstanding:
                given_up.append({"line_id": line.line_id, "quantity": line.outstanding})
                line.add("given_up", line.outstanding)
        event = NewEvent(type="outstanding.given_up", data={"lines": given_up}, text=reason)
        case.record(event)
        await save_case(case, actor=actor, now=now)
