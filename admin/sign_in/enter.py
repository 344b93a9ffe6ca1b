"""Let a member of staff in: the password, a session, and both outcomes on record."""

import asyncio
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from piccolo.apps.user.tables import BaseUser

from admin.sign_in.attempts import HeldBack, count_attempt, forget_attempts
from returns_engine.rules.actor import SYSTEM, Actor
from returns_engine.rules.words import ActorKind
from returns_engine.tables.access import StaffRole, StaffSession
from returns_engine.tables.engine import transaction
from returns_engine.workflow.record_events import NewEvent, record_staff_event

WORKING_DAY = timedelta(hours=12)
LONGEST_PASSWORD = 128


class NotLetIn(StrEnum):
    """Why somebody was not let in; the page says the same for the first three."""

    UNKNOWN = "unknown"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a reason, not a password
    INACTIVE = "inactive"
    NO_ROLE = "no_role"
    TOO_MANY_TRIES = "too_many_tries"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A session was opened; `token` goes into the cookie and is kept nowhere."""

    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Nobody was let in; `held_back` where that was for trying too often."""

    why: NotLetIn
    held_back: HeldBack | None = None


async def enter(*, email: str, password: str, address: str, now: datetime) -> Entered | Refused:
    """Check a log-in that was tried from `address` and open a session of one working day."""
    email = email.strip().lower()
    held_back = await count_attempt(email=email, address=address, now=now)
    if held_back is not None:
        if held_back.first:
            await _record_refusal(NotLetIn.TOO_MANY_TRIES, staff=None, now=now)
        return Refused(why=NotLetIn.TOO_MANY_TRIES, held_back=held_back)
    staff, why = await _check(email, password)
    if staff is None or why is not None:
        why = why or NotLetIn.UNKNOWN
        await _record_refusal(why, staff=staff, now=now)
        return Refused(why=why)
    token = await _open_session(staff, now=now)
    await forget_attempts(email=email, address=address)
    return Entered(token=token)


async def leave(*, token: str, actor: Actor, now: datetime) -> None:
    """End the session of `token`, on record."""
    async with transaction():
        await StaffSession.remove_session(token)
        await record_staff_event(NewEvent(type="staff.signed_out"), actor=actor, now=now)


async def _check(email: str, password: str) -> tuple[int | None, NotLetIn | None]:
    row = (
        await BaseUser.select(BaseUser.id, BaseUser.password, BaseUser.active)
        .where(BaseUser.email == email)
        .first()
    )
    right = await _password_fits(password, row["password"] if row else None)
    if row is None:
        return None, NotLetIn.UNKNOWN
    if not right:
        return row["id"], NotLetIn.WRONG_PASSWORD
    if not row["active"]:
        return row["id"], NotLetIn.INACTIVE
    if not await StaffRole.exists().where(StaffRole.staff == row["id"]):
        return row["id"], NotLetIn.NO_ROLE
    return row["id"], None


async def _password_fits(password: str, stored: str | None) -> bool:
    """Compare in a thread: 600,000 rounds would hold up every other request.

    Piccolo's own `BaseUser.login` hashes in the event loop. An account that does not exist costs
    as much as one that does, so the time tells nothing.
    """
    if len(password) > LONGEST_PASSWORD:
        return False
    if stored is None:
        await asyncio.to_thread(BaseUser.hash_password, password)
        return False
    _, rounds, salt, _ = BaseUser.split_stored_password(stored)
    hashed = await asyncio.to_thread(BaseUser.hash_password, password, salt, int(rounds))
    return hmac.compare_digest(hashed, stored)


async def _open_session(staff: int, *, now: datetime) -> str:
    # Piccolo keeps and compares the expiry of its sessions in naive local time.
    until = datetime.now() + WORKING_DAY  # noqa: DTZ005 - see above
    async with transaction():
        session = await StaffSession.create_session(staff, until, until)
        await BaseUser.update({BaseUser.last_login: datetime.now()}).where(BaseUser.id == staff)  # noqa: DTZ005 - a column of Piccolo's
        await record_staff_event(
            NewEvent(type="staff.signed_in"),
            actor=Actor(kind=ActorKind.STAFF, id=str(staff), person=staff),
            now=now,
        )
    return session.token


async def _record_refusal(why: NotLetIn, *, staff: int | None, now: datetime) -> None:
    async with transaction():
        await record_staff_event(
            NewEvent(type="staff.sign_in_refused", reason=str(why), data={"staff": staff}),
            actor=SYSTEM,
            now=now,
        )
