"""Ask the database in SQL: for reads that one statement answers best."""

import json
from collections.abc import Mapping
from typing import Any, cast

from returns_engine.tables.orders import Order


async def rows(sql: str, *values: object) -> list[dict[str, Any]]:
    """Return the rows of one statement; `{}` stands for each value, inside a transaction or not."""
    return cast("list[dict[str, Any]]", await Order.raw(sql, *values))


async def first_row(sql: str, *values: object) -> dict[str, Any] | None:
    """Return the first row of one statement, or None."""
    return next(iter(await rows(sql, *values)), None)


def loaded(value: object) -> Any:  # noqa: ANN401 - whatever the JSON holds
    """Return what a JSON column holds; asyncpg gives its text."""
    return json.loads(value) if isinstance(value, str) else value


def with_json(row: Mapping[str, Any], *columns: str) -> dict[str, Any]:
    """Return the row with the named JSON columns loaded."""
    return {name: loaded(value) if name in columns else value for name, value in row.items()}
