"""Change one's own password, and ask for it again before what a found desk must not do."""

import asyncio
from datetime import datetime

from piccolo.apps.user.tables import BaseUser

from admin.sign_in.attempts import count_own_password
from admin.sign_in.passwords import is_own_password
from returns_engine.rules.actor import Actor
from returns_engine.tables.engine import transaction
from returns_engine.workflow.keep_staff import require_good_length
from returns_engine.workflow.record_events import NewEvent, record_staff_event
from returns_engine.workflow.refusals import refuse_field
from returns_engine.workflow.staff_sessions import end_others


async def require_own_password(staff: int, password: str, *, now: datetime) -> None:
    """Raise Unprocessable `wrong_password`, or `too_many_tries`, unless it is their password."""
    if await count_own_password(staff, now=now) is not None:
        raise refuse_field(
            "too_many_tries", "Too many tries. Please wait a quarter of an hour.", "/password"
        )
    if not await is_own_password(staff, password):
        raise refuse_field("wrong_password", "This is not your password.", "/password")


async def change_password(
    staff: int, *, old: str, new: str, again: str, session: str, actor: Actor, now: datetime
) -> None:
    """Give somebody the password they chose, and end all sessions but `session`.

    Raises Unprocessable `password_too_short`, `password_too_long`, `not_the_same`, or as above.
    """
    require_good_length(new, "/new")
    if new != again:
        raise refuse_field("not_the_same", "These two are not the same.", "/again")
    await require_own_password(staff, old, now=now)
    hashed = await asyncio.to_thread(BaseUser.hash_password, new)
    async with transaction():
        await BaseUser.update({BaseUser.password: hashed}).where(BaseUser.id == staff)
        await end_others(staff, session)
        event = NewEvent(type="staff.password_changed", data={"staff": staff})
        await record_staff_event(event, actor=actor, now=now)
