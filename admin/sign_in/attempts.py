"""How often somebody may try a password: counted in the database, so for all processes together.

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
    window, limits = _window_start(now), _limits(email, address)
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
