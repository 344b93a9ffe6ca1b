"""Write many rows of one table with one statement, as Piccolo would write each of them."""

import functools
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncpg
from piccolo.columns import Column
from piccolo.table import Table
from piccolo.utils.sql_values import convert_to_sql_value

from returns_engine.tables.engine import connection

_PLAIN = {str, int, bool, datetime, type(None)}


async def insert_many(
    table: type[Table], rows: Sequence[Mapping[str, Any]]
) -> list[asyncpg.Record]:
    """Insert `rows` (columns by name; those left out get their default) and return them with ids.

    Must run inside a transaction. The rows that come back are in no order to rely on.
    """
    if not rows:
        return []
    columns = _columns(table)
    values = [_values(column, rows) for column in columns]
    return list(await connection().fetch(_statement(table), *values))


def _values(column: Column, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    name = column._meta.name  # noqa: SLF001 - Piccolo's way to a column's name
    return [
        _stored(row[name] if name in row else column.get_default_value(), column) for row in rows
    ]


def _stored(value: object, column: Column) -> object:
    """Return a value as Piccolo would store it; the plain ones, which are most, are as they are."""
    return value if type(value) in _PLAIN else convert_to_sql_value(value, column)


@functools.cache
def _columns(table: type[Table]) -> list[Column]:
    meta = table._meta  # noqa: SLF001 - Piccolo's way to the columns
    return [column for column in meta.columns if column is not meta.primary_key]


@functools.cache
def _statement(table: type[Table]) -> str:
    names = [f'"{column._meta.db_column_name}"' for column in _columns(table)]  # noqa: SLF001 - as above
    arrays = [
        f"${place}::{_type(column)}[]" for place, column in enumerate(_columns(table), start=1)
    ]
    return (
        f"INSERT INTO {table._meta.tablename} ({', '.join(names)})"  # noqa: S608, SLF001 - our own names
        f" SELECT * FROM unnest({', '.join(arrays)}) RETURNING *"
    )


def _type(column: Column) -> str:
    """Return the type without its length: a cast would cut what is too long, a column says no."""
    wanted: str = column.column_type
    return wanted.partition("(")[0]
