"""Words between the customer and us, kept with the case."""

from datetime import datetime
from uuid import uuid4

from returns_engine.rules.actor import Actor
from returns_engine.rules.words import ActorKind
from returns_engine.tables.engine import transaction
from returns_engine.tables.messages import Message
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import load_case, save_case


async def write_message(
    number: str, *, message: str, actor: Actor, now: datetime, expected_version: int | None = None
) -> None:
    """Keep a message; ours goes out by mail, the customer's waits for a person."""
    async with transaction():
        case = await load_case(number, expected_version=expected_version)
        case.record(NewEvent(type="message.written", text=message))
        if actor.kind is ActorKind.CUSTOMER:
            case.messages.append(
                Message(
                    id=uuid4(),
                    order=case.order,
                    return_=case.id,
                    direction="in",
                    state="received",
                    text=message,
                    created_at=now,
                )
            )
        else:
            case.tell("message_from_us", {"message": message}, now)
        await save_case(case, actor=actor, now=now)
