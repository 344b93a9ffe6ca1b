"""How often somebody may try a password or a code: counted in the database, for all processes.

A log-in is held back for the rest of a quarter of an hour, never for good: whoever is locked out
gets in again by waiting, and a right password clears the count of that person at that address.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from returns_engine.tables.access import RateLimit

WINDOW = timedelta(minutes=15)
PER_PERSON_AND_ADDRESS = 10
PER_PERSON = 60
PER_ADDRESS = 100
CODES_PER_PERSON = 10
OWN_PASSWORD = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """Too many tries: how long to wait, and whether this try is the first that is held back."""

    retry_after: timedelta
    first: bool


def _window_start(now: datetime) -> datetime:
    return datetime.fromtimestamp(
        now.timestamp() // WINDOW.total_seconds() * WINDOW.total_seconds(), UTC
    )


def _key(*parts: str) -> str:
    """Return a key that tells nobody whose it is: the table holds no address and no e-mail."""
    return "sign-in:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _limits(email: str, address: str) -> Mapping[str, int]:
    return {
        _key("both", email, address): PER_PERSON_AND_ADDRESS,
        _key("person", email): PER_PERSON,
        _key("address", address): PER_ADDRESS,
    }


async def count_attempt(*, email: str, address: str, now: datetime) -> HeldBack | None:
    """Count a try before the password is looked at; HeldBack where it was one too many."""
    return await _count(_limits(email, address), now)


async def count_code(staff: int, *, now: datetime) -> HeldBack | None:
    """Count a try of a code of the second step, from wherever it comes; a right one clears nothing.

    Ten tries a quarter of an hour, three of a million codes being right: years of guessing.
    """
    return await _count({_key("code", str(staff)): CODES_PER_PERSON}, now)


async def count_own_password(staff: int, *, now: datetime) -> HeldBack | None:
    """Count a try of their own password by somebody who is signed in, and may have found a desk."""
    return await _count({_key("own", str(staff)): OWN_PASSWORD}, now)


async def _count(limits: Mapping[str, int], now: datetime) -> HeldBack | None:
    window = _window_start(now)
    rows = await RateLimit.raw(
        "INSERT INTO rate_limits (key, window_start, hits)"
        " SELECT key, {}, 1 FROM unnest({}::text[]) AS key ORDER BY key"
        " ON CONFLICT (key, window_start) DO UPDATE SET hits = rate_limits.hits + 1"
        " RETURNING key, hits",
        window,
        list(limits),
    )
    over = [row["hits"] - limits[row["key"]] for row in rows if row["hits"] > limits[row["key"]]]
    if not over:
        return None
    return HeldBack(retry_after=window + WINDOW - now, first=max(over) == 1)


async def forget_attempts(*, email: str, address: str) -> None:
    """Clear what was counted for this person at this address, after a right password."""
    await RateLimit.delete().where(RateLimit.key == _key("both", email, address))
