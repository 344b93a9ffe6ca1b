"""What somebody of the staff sees of their own account: sessions, app, recovery codes."""

from dataclasses import dataclass
from datetime import datetime

from returns_engine.queries.rows import first_row, rows
from returns_engine.tables.access import digest

_SESSIONS = """
SELECT id, started_at, address, browser, token = {} AS this
FROM staff_sessions
WHERE user_id = {} AND expiry_date > {} AND max_expiry_date > {}
ORDER BY token = {} DESC, started_at DESC NULLS LAST, id DESC
"""
_SECOND_STEP = """
SELECT enrolled_at, (
    SELECT count(*) FROM staff_recovery_codes WHERE staff = {} AND used_at IS NULL
) AS codes_left FROM staff_totp WHERE staff = {}
"""
_EMAIL = "SELECT email FROM piccolo_user WHERE id = {}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A browser that somebody is signed in with; `this` is the one that asks."""

    id: int
    started_at: datetime | None
    address: str
    browser: str
    this: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStep:
    """An authenticator app, since when, and how many recovery codes are left."""

    enrolled_at: datetime
    codes_left: int


async def list_sessions(staff: int, *, session: str) -> list[OpenSession]:
    """Return the sessions of a person that are open: that with the token `session` first."""
    # Piccolo keeps the end of a session in naive local time.
    local, token = datetime.now(), digest(session)  # noqa: DTZ005 - see above
    found = await rows(_SESSIONS, token, staff, local, local, token)
    return [OpenSession(**row) for row in found]


async def read_second_step(staff: int) -> SecondStep | None:
    """Return how a person's second step stands; None where none is set up."""
    row = await first_row(_SECOND_STEP, staff, staff)
    return None if row is None else SecondStep(**row)


async def email_of_staff(staff: int) -> str:
    """Return the address somebody signs in with."""
    row = await first_row(_EMAIL, staff)
    return str(row["email"]) if row else ""
