"""What the customer wrote is answered by whatever we say next."""

from collections.abc import Iterable
from datetime import datetime

from returns_engine.rules.actor import Actor
from returns_engine.rules.event_audience import WORDS_OF_OURS
from returns_engine.rules.words import ActorKind
from returns_engine.tables.engine import connection
from returns_engine.workflow.record_events import NewEvent

_ANSWERED = """
UPDATE messages SET settled_at = $2
WHERE return_id = $1 AND direction = 'in' AND settled_at IS NULL
"""


async def note_answers(
    return_id: int, events: Iterable[NewEvent], *, actor: Actor, now: datetime
) -> None:
    """Take the customer's messages off the list of what waits, if `events` hold words of ours."""
    ours = actor.kind is not ActorKind.CUSTOMER
    # What they wrote is noted as their answer: it waits for review, not for an answer of ours.
    said = WORDS_OF_OURS | ({"return.answered"} if actor.kind is ActorKind.STAFF else set())
    if ours and any(event.type in said for event in events):
        await connection().execute(_ANSWERED, return_id, now)
