"""Between password and code: a signed word that the password was right, and whose it was.

It is kept nowhere, holds for ten minutes, and no longer once the password is another.
"""

from datetime import datetime, timedelta

from piccolo.apps.user.tables import BaseUser

from returns_engine.tables.access import StaffRole
from returns_engine.web.signing import same_text, sign

LASTS = timedelta(minutes=10)
_DIGITS = 12


async def half_way_token(staff: int, *, secret_key: str, now: datetime) -> str:
    """Return the word for somebody whose password was right a moment ago."""
    until = int((now + LASTS).timestamp())
    return f"{staff}.{until}.{_signed(staff, until, await _password_of(staff), secret_key)}"


async def staff_half_way(token: str, *, secret_key: str, now: datetime) -> int | None:
    """Return whose password was right; None for a word that is over, or not ours."""
    whose, until, signature = (*token.split("."), "", "", "")[:3]
    if not (_is_number(whose) and _is_number(until)) or int(until) < now.timestamp():
        return None
    staff = int(whose)
    password = await _password_of(staff)
    if password is None or not same_text(
        signature, _signed(staff, int(until), password, secret_key)
    ):
        return None
    return staff


def _signed(staff: int, until: int, password: str | None, secret_key: str) -> str:
    return sign(f"{staff}.{until}.{password}", key=secret_key, purpose="half way in")


async def _password_of(staff: int) -> str | None:
    """Return the stored password of somebody who may come in at all."""
    query = BaseUser.select(BaseUser.password).where(BaseUser.id == staff)
    row = await query.where(BaseUser.active.eq(True)).first()  # noqa: FBT003 - a value of the column
    if row is None or not await StaffRole.exists().where(StaffRole.staff == staff):
        return None
    return str(row["password"])


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS
