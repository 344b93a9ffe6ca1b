"""Ask the database in SQL: for reads that one statement answers best."""

import functools
from collections.abc import Mapping
from typing import Any

import asyncpg
import msgspec

from returns_engine.tables.engine import the_engine


async def rows(sql: str, *values: object) -> list[dict[str, Any]]:
    """Return the rows of one statement; `{}` stands for each value, inside a transaction or not."""
    return [dict(row) for row in await records(sql, *values)]


async def records(sql: str, *values: object) -> list[asyncpg.Record]:
    """Return the rows as the driver gives them: they can be compared, and cost least."""
    return await the_engine().fetch_rows(_numbered(sql), *values)


@functools.cache
def _numbered(sql: str) -> str:
    """Return the statement with `$1`, `$2` and so on; there are as many as texts of our own."""
    first, *others = sql.split("{}")
    return first + "".join(f"${place}{rest}" for place, rest in enumerate(others, start=1))


async def first_row(sql: str, *values: object) -> dict[str, Any] | None:
    """Return the first row of one statement, or None."""
    return next(iter(await rows(sql, *values)), None)


def loaded(value: object) -> Any:  # noqa: ANN401 - whatever the JSON holds
    """Return what a JSON column holds; asyncpg gives its text."""
    return msgspec.json.decode(value) if isinstance(value, str) else value


def with_json(row: Mapping[str, Any], *columns: str) -> dict[str, Any]:
    """Return the row with the named JSON columns loaded."""
    return {**row, **{name: loaded(row[name]) for name in columns}}
