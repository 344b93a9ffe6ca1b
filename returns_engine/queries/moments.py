"""Write moments the way the API answers them: RFC 3339, in UTC, ending in Z."""

import functools
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
    return _written(moment)


# The same moments are asked for again and again: of a list, mostly those of a moment ago.
@functools.lru_cache(maxsize=8192)
def _written(moment: datetime | str) -> str:
    known = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{known.astimezone(UTC).isoformat()[:-6]}Z"
