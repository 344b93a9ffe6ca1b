"""The columns of a table as Piccolo Admin's page reads them: named as the rows name them.

Piccolo describes a column by its name in the database, and gives rows, filters and the order of a
list by ours. Where the two differ (`return_id`, `return_`) its page would draw nothing.
"""

import json
from collections.abc import Mapping
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


def by_our_names(table: type[Table], send: Send) -> Send:
    """Return a `send` that names the columns of a schema as the rows of `table` do."""
    names = renamed(table)
    if not names:
        return send
    held: list[Any] = []

    async def sending(message: Message) -> None:
        held.append(message)
        if message["type"] == "http.response.start" or message.get("more_body"):
            return
        start, *parts = held
        if start["status"] == _WELL:
            body = _named(b"".join(part["body"] for part in parts), names)
            others = [one for one in start["headers"] if one[0].lower() != b"content-length"]
            start["headers"] = [*others, (b"content-length", str(len(body)).encode())]
            parts = [{"type": "http.response.body", "body": body, "more_body": False}]
        for one in (start, *parts):
            await send(one)

    return sending


def _named(body: bytes, names: Mapping[str, str]) -> bytes:
    schema = json.loads(body)
    schema["properties"] = {
        names.get(name, name): {**told, "title": names[name].strip("_").replace("_", " ").title()}
        if name in names
        else told
        for name, told in schema["properties"].items()
    }
    return json.dumps(schema).encode()
