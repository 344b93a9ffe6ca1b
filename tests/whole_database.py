"""Look for words in all of a database: every column that can hold them, of every table."""

from collections.abc import Iterable

import asyncpg

_COLUMNS = """
SELECT table_name, column_name, data_type FROM information_schema.columns
WHERE table_schema = 'public'
  AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'bytea', 'character', 'ARRAY')
ORDER BY 1, 2
"""


async def places_of(words: Iterable[str], database_url: str) -> set[str]:
    """Return where one of `words` stands, as "table.column: word", in any letter case.

    The staff's own tables are left out: colleagues have names too.
    """
    connection = await asyncpg.connect(database_url)
    try:
        found = set()
        for column in await connection.fetch(_COLUMNS):
            if column["table_name"] not in {"piccolo_user", "api_keys", "migration"}:
                found |= await _in_column(connection, column, list(words))
        return found
    finally:
        await connection.close()


async def _in_column(
    connection: asyncpg.Connection, column: asyncpg.Record, words: list[str]
) -> set[str]:
    table, name = column["table_name"], column["column_name"]
    is_bytes = column["data_type"] == "bytea"
    hit = (
        f"position(convert_to(w, 'UTF8') IN \"{name}\") > 0"
        if is_bytes
        else f'position(lower(w) IN lower("{name}"::text)) > 0'
    )
    rows = await connection.fetch(
        f'SELECT DISTINCT w FROM "{table}", unnest($1::text[]) AS w WHERE {hit}',  # noqa: S608 - names of our own tables
        words,
    )
    return {f"{table}.{name}: {row['w']}" for row in rows}
