"""Returns of a list as JSON, written anew only where the database says something else of them."""

from functools import lru_cache

import asyncpg
import msgspec

from returns_engine.queries.return_rows import loaded_return
from returns_engine.queries.return_shape import return_shape

_KEPT = 2048


# What is written follows from the record alone, so the record is what it is kept by.
@lru_cache(maxsize=_KEPT)
def written_return(record: asyncpg.Record, *, for_staff: bool) -> msgspec.Raw:
    """Return the JSON of one return as `return_shape` has it."""
    return msgspec.Raw(
        msgspec.json.encode(return_shape(loaded_return(record), for_staff=for_staff))
    )
