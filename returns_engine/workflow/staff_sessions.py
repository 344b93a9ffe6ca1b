"""End sessions of somebody's own: one of them, or all but the one that asks."""

from datetime import datetime

from returns_engine.rules.actor import Actor
from returns_engine.tables.access import digest
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.record_events import NewEvent, record_staff_event
from returns_engine.workflow.refusals import NotFound

_END_ONE = "DELETE FROM staff_sessions WHERE id = $1 AND user_id = $2 RETURNING id"
_END_OTHERS = "DELETE FROM staff_sessions WHERE user_id = $1 AND token <> $2 RETURNING id"


async def end_session(session_id: int, *, staff: int, actor: Actor, now: datetime) -> None:
    """End one session of a person; raises NotFound for one of nobody or of somebody else."""
    async with transaction():
        if await connection().fetchrow(_END_ONE, session_id, staff) is None:
            raise NotFound("session")
        await _record({"staff": staff, "session": session_id}, actor, now)


async def end_other_sessions(staff: int, *, session: str, actor: Actor, now: datetime) -> int:
    """End all sessions of a person but the one with the token `session`; return how many."""
    async with transaction():
        ended = await end_others(staff, session)
        await _record({"staff": staff, "others": ended}, actor, now)
    return ended


async def end_others(staff: int, session: str) -> int:
    """End them as part of another change, which is on record; must run inside a transaction."""
    return len(await connection().fetch(_END_OTHERS, staff, digest(session)))


async def _record(data: dict[str, object], actor: Actor, now: datetime) -> None:
    event = NewEvent(type="staff.sessions_ended", data=data)
    await record_staff_event(event, actor=actor, now=now)
