"""What Piccolo Admin's page reads about a table: its columns, and which others lead to it.

Piccolo describes a column by its name in the database, and gives rows, filters and the order of a
list by ours. Where the two differ (`return_id`, `return_`) its page would draw nothing. And of each
column that names a row elsewhere its page asks the names there: where that is refused it shows
no row at all, but its start.
"""

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from litestar.types import Message, Send
from piccolo.table import Table

_WELL = 200


def renamed(table: type[Table]) -> Mapping[str, str]:
    """Return our name of each column that the database has under another."""
    return {
        column._meta.db_column_name: column._meta.name  # noqa: SLF001 - Piccolo tells it nowhere else
        for column in table._meta.columns  # noqa: SLF001 - likewise
        if column._meta.db_column_name != column._meta.name  # noqa: SLF001 - likewise
    }


def as_read(table: type[Table], inside: str, readable: Collection[str], send: Send) -> Send:
    """Return a `send` that tells of `table` what holds for who reads the tables `readable`.

    In its schema the columns have the names they have in its rows, and point at nothing that is not
    read; nor is it named among what points here. `inside` is the address below the data browser's.
    """
    if inside.endswith("/schema/"):
        names = renamed(table)
        return changing(send, lambda schema: _schema(schema, names, readable))
    if inside.endswith("/references/"):
        return changing(send, lambda told: _references(told, readable))
    return send


def changing(send: Send, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Send:
    """Return a `send` that gives what was answered in JSON, where all went well, changed."""
    held: list[Any] = []

    async def sending(message: Message) -> None:
        held.append(message)
        if message["type"] == "http.response.start" or message.get("more_body"):
            return
        start, *parts = held
        if start["status"] == _WELL:
            told = json.loads(b"".join(part["body"] for part in parts))
            body = json.dumps(change(told)).encode()
            others = [one for one in start["headers"] if one[0].lower() != b"content-length"]
            start["headers"] = [*others, (b"content-length", str(len(body)).encode())]
            parts = [{"type": "http.response.body", "body": body, "more_body": False}]
        for one in (start, *parts):
            await send(one)

    return sending


def _schema(
    schema: dict[str, Any], names: Mapping[str, str], readable: Collection[str]
) -> dict[str, Any]:
    columns = {}
    for name, told in schema["properties"].items():
        extra = told["extra"]
        if extra.get("foreign_key", {}).get("to") not in {None, *readable}:
            del extra["foreign_key"]
        if name in names:
            told["title"] = names[name].strip("_").replace("_", " ").title()
        columns[names.get(name, name)] = told
    return schema | {"properties": columns}


def _references(told: dict[str, Any], readable: Collection[str]) -> dict[str, Any]:
    return told | {
        "references": [one for one in told["references"] if one["tableName"] in readable]
    }
