"""Write moments the way the API answers them: RFC 3339, in UTC, ending in Z."""

from datetime import UTC, datetime
from typing import overload


@overload
def utc_text(moment: datetime | str) -> str: ...
@overload
def utc_text(moment: None) -> None: ...
@overload
def utc_text(moment: datetime | str | None) -> str | None: ...
def utc_text(moment: datetime | str | None) -> str | None:
    """Return `moment` in UTC; also one that the database wrote into JSON, with its offset."""
    if moment is None:
        return None
    known = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return known.astimezone(UTC).isoformat().replace("+00:00", "Z")
