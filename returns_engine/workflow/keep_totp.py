"""Set up somebody's authenticator app, take its codes, and take it away again: all on record."""

from datetime import datetime
from enum import StrEnum

from piccolo.apps.user.tables import BaseUser

from returns_engine.rules.actor import SYSTEM, Actor
from returns_engine.tables.access import StaffSession
from returns_engine.tables.engine import connection, transaction
from returns_engine.tables.totp import RecoveryCode, StaffTotp
from returns_engine.workflow.contacts import normalized_email
from returns_engine.workflow.record_events import NewEvent, record_staff_event
from returns_engine.workflow.recovery_codes import replace_recovery_codes, use_recovery_code
from returns_engine.workflow.refusals import Conflict, refuse_field
from returns_engine.workflow.staff_sessions import end_others
from returns_engine.workflow.totp_code import step_of, totp_secret

_ENROL = """
INSERT INTO staff_totp (staff, salt, last_step, enrolled_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (staff) DO NOTHING RETURNING id
"""
# Of two who send one code at the same moment the second finds it taken.
_TAKE = "UPDATE staff_totp SET last_step = $2 WHERE staff = $1 AND last_step < $2 RETURNING id"


class CodeAnswer(StrEnum):
    """What became of a code at the sign-in: taken, in two ways, or not."""

    APP = "app"
    RECOVERY_CODE = "recovery_code"
    WRONG = "wrong_code"
    USED = "used_code"

    @property
    def taken(self) -> bool:
        """Tell whether the code lets its owner in."""
        return self in {CodeAnswer.APP, CodeAnswer.RECOVERY_CODE}


async def enrol_totp(
    staff: int, *, salt: str, code: str, session: str, secret_key: str, actor: Actor, now: datetime
) -> list[str]:
    """Set up an app that shows the right code, and return ten recovery codes, this once.

    Ends all sessions but `session`, for they were opened without it. Raises Unprocessable
    `wrong_code`, Conflict `totp_enrolled` where there is an app already.
    """
    step = step_of(code, totp_secret(staff, salt, secret_key=secret_key), now=now)
    if step is None:
        raise refuse_field("wrong_code", "This code is not right.", "/code")
    async with transaction():
        if await connection().fetchrow(_ENROL, staff, salt, step, now) is None:
            raise Conflict("totp_enrolled", "An authenticator app is set up already.")
        codes = await replace_recovery_codes(staff, now=now)
        await _record("staff.totp_enrolled", staff, actor, now)
        await end_others(staff, session)
    return codes


async def take_code(staff: int, code: str, *, secret_key: str, now: datetime) -> CodeAnswer:
    """Take a code of somebody's app, or one of their recovery codes; each is taken once.

    Must run inside a transaction, with the session that it opens.
    """
    row = await connection().fetchrow("SELECT salt FROM staff_totp WHERE staff = $1", staff)
    if row is None:
        return CodeAnswer.WRONG
    step = step_of(code, totp_secret(staff, row["salt"], secret_key=secret_key), now=now)
    if step is not None:
        taken = await connection().fetchrow(_TAKE, staff, step)
        return CodeAnswer.USED if taken is None else CodeAnswer.APP
    used = await use_recovery_code(staff, code, now=now)
    return CodeAnswer.RECOVERY_CODE if used else CodeAnswer.WRONG


async def remove_totp(staff: int, *, actor: Actor, now: datetime) -> None:
    """Take somebody's own app and recovery codes away; raises Conflict `no_totp`."""
    async with transaction():
        await _forget(staff)
        await _record("staff.totp_removed", staff, actor, now)


async def reset_totp(*, email: str, now: datetime, actor: Actor = SYSTEM) -> None:
    """Take a colleague's app and codes away, and end every session of theirs.

    Raises Conflict `no_such_staff` or `no_totp`.
    """
    address = normalized_email(email)
    async with transaction():
        user = await BaseUser.objects().where(BaseUser.username == address).first()
        if user is None:
            raise Conflict("no_such_staff", f"Nobody on the staff has the address {address}.")
        await _forget(user.id)
        await StaffSession.delete().where(StaffSession.user_id == user.id)
        await _record("staff.totp_reset", user.id, actor, now)


async def _forget(staff: int) -> None:
    gone = await StaffTotp.delete().where(StaffTotp.staff == staff).returning(StaffTotp.id)
    if not gone:
        raise Conflict("no_totp", "There is no authenticator app set up.")
    await RecoveryCode.delete().where(RecoveryCode.staff == staff)


async def _record(event: str, staff: int, actor: Actor, now: datetime) -> None:
    await record_staff_event(NewEvent(type=event, data={"staff": staff}), actor=actor, now=now)
