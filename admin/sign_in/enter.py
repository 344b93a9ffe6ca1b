"""Let a member of staff in: the password, the code of an app, a session; all outcomes on record."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from piccolo.apps.user.tables import BaseUser
from piccolo.columns import Column

from admin.sign_in.attempts import HeldBack, count_attempt, count_code, forget_attempts
from admin.sign_in.half_way import half_way_token
from admin.sign_in.passwords import password_fits
from returns_engine.rules.actor import SYSTEM, Actor
from returns_engine.rules.words import ActorKind
from returns_engine.tables.access import StaffRole, StaffSession
from returns_engine.tables.engine import transaction
from returns_engine.tables.totp import StaffTotp
from returns_engine.workflow.keep_totp import CodeAnswer, take_code
from returns_engine.workflow.record_events import NewEvent, record_staff_event

WORKING_DAY = timedelta(hours=12)


class NotLetIn(StrEnum):
    """Why somebody was not let in; the page says the same for the first three."""

    UNKNOWN = "unknown"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a reason, not a password
    INACTIVE = "inactive"
    NO_ROLE = "no_role"
    TOO_MANY_TRIES = "too_many_tries"
    WRONG_CODE = "wrong_code"
    USED_CODE = "used_code"
    TOO_MANY_CODES = "too_many_codes"


@dataclass(frozen=True, slots=True, kw_only=True)
class From:
    """Where a sign-in comes from: the address, and the browser roughly."""

    address: str
    browser: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A session was opened; `token` goes into the cookie and is kept nowhere."""

    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeWanted:
    """The password was right, and a code is to follow; `token` says so, for ten minutes."""

    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Nobody was let in; `held_back` where that was for trying too often."""

    why: NotLetIn
    held_back: HeldBack | None = None


async def enter(
    *, email: str, password: str, origin: From, secret_key: str, now: datetime
) -> Entered | CodeWanted | Refused:
    """Check a log-in, and open a session of one working day where no code is to follow."""
    email = email.strip().lower()
    held_back = await count_attempt(email=email, address=origin.address, now=now)
    if held_back is not None:
        return await _too_many(NotLetIn.TOO_MANY_TRIES, held_back, staff=None, now=now)
    staff, why = await _check(email, password)
    if staff is None or why is not None:
        why = why or NotLetIn.UNKNOWN
        await _record_refusal(why, staff=staff, now=now)
        return Refused(why=why)
    await forget_attempts(email=email, address=origin.address)
    if await StaffTotp.exists().where(StaffTotp.staff == staff):
        return CodeWanted(token=await half_way_token(staff, secret_key=secret_key, now=now))
    async with transaction():
        return await _open_session(staff, origin=origin, now=now)


async def enter_with_code(
    staff: int, code: str, *, origin: From, secret_key: str, now: datetime
) -> Entered | Refused:
    """Check the code of somebody whose password was right, and open their session."""
    held_back = await count_code(staff, now=now)
    if held_back is not None:
        return await _too_many(NotLetIn.TOO_MANY_CODES, held_back, staff=staff, now=now)
    async with transaction():
        answer = await take_code(staff, code, secret_key=secret_key, now=now)
        if answer.taken:
            return await _open_session(staff, origin=origin, now=now, by=answer)
        why = NotLetIn(answer)
        await _record_refusal(why, staff=staff, now=now)
    return Refused(why=why)


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
    right = await password_fits(password, row["password"] if row else None)
    if row is None:
        return None, NotLetIn.UNKNOWN
    if not right:
        return row["id"], NotLetIn.WRONG_PASSWORD
    if not row["active"]:
        return row["id"], NotLetIn.INACTIVE
    if not await StaffRole.exists().where(StaffRole.staff == row["id"]):
        return row["id"], NotLetIn.NO_ROLE
    return row["id"], None


async def _open_session(
    staff: int, *, origin: From, now: datetime, by: CodeAnswer | None = None
) -> Entered:
    """Open it, in the transaction of what was checked."""
    # Piccolo keeps and compares the expiry of its sessions in naive local time.
    until = datetime.now() + WORKING_DAY  # noqa: DTZ005 - see above
    session = await StaffSession.create_session(staff, until, until)
    opened: dict[Column | str, object] = {
        StaffSession.started_at: now,
        StaffSession.address: origin.address,
        StaffSession.browser: origin.browser,
    }
    await StaffSession.update(opened).where(StaffSession.id == session.id)
    await BaseUser.update({BaseUser.last_login: datetime.now()}).where(BaseUser.id == staff)  # noqa: DTZ005 - a column of Piccolo's
    await record_staff_event(
        NewEvent(type="staff.signed_in", data={"second_step": by and str(by)}),
        actor=Actor(kind=ActorKind.STAFF, id=str(staff), person=staff),
        now=now,
    )
    return Entered(token=session.token)


async def _too_many(
    why: NotLetIn, held_back: HeldBack, *, staff: int | None, now: datetime
) -> Refused:
    if held_back.first:
        await _record_refusal(why, staff=staff, now=now)
    return Refused(why=why, held_back=held_back)


async def _record_refusal(why: NotLetIn, *, staff: int | None, now: datetime) -> None:
    async with transaction():
        await record_staff_event(
            NewEvent(type="staff.sign_in_refused", reason=str(why), data={"staff": staff}),
            actor=SYSTEM,
            now=now,
        )
