"""Several writes in one message to the database: each by itself would be a way there and back."""

import json
from collections.abc import Mapping, Sequence
from typing import cast

import asyncpg

from returns_engine.tables.engine import connection


class OneStatement:
    """Writes that go together as the parts of one WITH, all or none.

    Every part sees the rows as they were before the statement, so no two may write one row.
    """

    def __init__(self) -> None:
        self._parts: dict[str, str] = {}
        self._values: list[object] = []

    def write(self, sql: str, *values: object, name: str | None = None) -> None:
        """Add an INSERT, UPDATE or DELETE; `{}` stands for each of its values, with its cast.

        A later part may read what one of a `name` gave back.
        """
        self._parts[name or f"part{len(self._parts)}"] = self._numbered(sql, values)

    def update(self, table: str, row_id: int, values: Mapping[str, object]) -> None:
        """Add an UPDATE of one row by its id; the names of columns are our own."""
        columns = ", ".join(f'"{column}" = {{}}' for column in values)
        self.write(f"UPDATE {table} SET {columns} WHERE id = {{}}", *values.values(), row_id)  # noqa: S608 - our own names

    def insert(self, table: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Add an INSERT of rows that give the same columns; the others keep their defaults."""
        columns = ", ".join(f'"{column}"' for column in rows[0])
        values = f"({', '.join(['{}'] * len(rows[0]))})"
        self.write(
            f"INSERT INTO {table} ({columns}) VALUES {', '.join([values] * len(rows))}",  # noqa: S608 - our own names
            *(stored(row[column]) for row in rows for column in rows[0]),
        )

    async def run(self, last: str = "SELECT 1", *values: object) -> list[asyncpg.Record]:
        """Send it all, ending in `last`, in the open transaction; return the rows of `last`."""
        ending = self._numbered(last, values)
        parts = ", ".join(f"{name} AS ({part})" for name, part in self._parts.items())
        # asyncpg keeps a statement prepared by its text: the same parts give the same text.
        sql = f"WITH {parts} {ending}" if parts else ending
        return cast("list[asyncpg.Record]", await connection().fetch(sql, *self._values))

    def _numbered(self, sql: str, values: tuple[object, ...]) -> str:
        first = len(self._values) + 1
        self._values += values
        return sql.format(*(f"${first + place}" for place in range(len(values))))


def stored(value: object) -> object:
    """Return a value as asyncpg takes it: lists and objects as the text of JSON."""
    return json.dumps(value) if isinstance(value, list | dict) else value
