"""Codes for when the authenticator app is lost: ten, shown once, kept as digests, used once."""

import secrets
from datetime import datetime

from returns_engine.rules.actor import Actor
from returns_engine.tables.access import digest
from returns_engine.tables.engine import connection, transaction
from returns_engine.tables.totp import RecoveryCode
from returns_engine.workflow.record_events import NewEvent, record_staff_event

HOW_MANY = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is taken for another when it was written on paper."""
_GROUPS, _IN_A_GROUP = 4, 4

_USE = """
UPDATE staff_recovery_codes SET used_at = $3
WHERE staff = $1 AND code_digest = $2 AND used_at IS NULL RETURNING id
"""


async def renew_recovery_codes(staff: int, *, actor: Actor, now: datetime) -> list[str]:
    """Give somebody ten new codes, and return them this once; those they had are void."""
    async with transaction():
        codes = await replace_recovery_codes(staff, now=now)
        event = NewEvent(type="staff.recovery_codes_made", data={"staff": staff})
        await record_staff_event(event, actor=actor, now=now)
    return codes


async def replace_recovery_codes(staff: int, *, now: datetime) -> list[str]:
    """Put ten new codes in the place of those there were; must run inside a transaction."""
    codes = [_new_code() for _ in range(HOW_MANY)]
    await RecoveryCode.delete().where(RecoveryCode.staff == staff)
    await RecoveryCode.insert(
        *[
            RecoveryCode(staff=staff, code_digest=digest(_plain(code)), created_at=now)
            for code in codes
        ]
    )
    return codes


async def use_recovery_code(staff: int, code: str, *, now: datetime) -> bool:
    """Tell whether this is one of somebody's codes, and use it up; runs inside a transaction."""
    return await connection().fetchrow(_USE, staff, digest(_plain(code)), now) is not None


def _new_code() -> str:
    return "-".join(
        "".join(secrets.choice(_LETTERS) for _ in range(_IN_A_GROUP)) for _ in range(_GROUPS)
    )


def _plain(code: str) -> str:
    """Return a code as it is kept, however it was typed."""
    return "".join(code.split()).replace("-", "").lower()
