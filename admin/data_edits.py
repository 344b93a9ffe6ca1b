"""Edits of reference data in Piccolo Admin: each kept together with the event that tells of it.

Piccolo Admin runs no hook after a write, and none at all on PUT. So its whole answer to a write is
made inside a transaction of ours, and held until the event is written in the same one.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar.types import Message, Send
from piccolo.table import Table

from returns_engine.rules.actor import Actor
from returns_engine.tables.engine import transaction
from returns_engine.workflow.record_events import NewEvent, record_staff_event

_REFUSED_FROM = 400
_LETTERS = 2

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A write to a table of reference data; `row` is its id as the address spells it, or ""."""

    table: type[Table]
    row: str
    actor: Actor
    now: datetime


async def on_record(edit: Edit, run: Callable[[Send], Awaitable[None]], send: Send) -> None:
    """Let `run` answer the write, and write an event of what it changed; nothing of a refused one.

    Reference data holds nobody's personal data (tables/personal_data), so the event may say in its
    hashed part what stood there before and what stands there now.
    """
    held: list[Message] = []

    async def hold(message: Message) -> None:
        held.append(message)

    async with transaction() as opened:
        before = await _row(edit.table, edit.row)
        await run(hold)
        if _status(held) >= _REFUSED_FROM:
            await opened.rollback()
        else:
            row = edit.row or _made(held)
            await _record(edit, row, before, await _row(edit.table, row))
    for message in held:
        await send(message)


async def _record(edit: Edit, row: str, before: Row | None, after: Row | None) -> None:
    if before == after:
        return
    data = {
        "table": edit.table._meta.tablename,  # noqa: SLF001 - Piccolo tells it nowhere else
        "row": row,
        "before": _differing(before, after),
        "after": _differing(after, before),
    }
    event = NewEvent(type="reference.changed", data=data)
    await record_staff_event(event, actor=edit.actor, now=edit.now)


def _differing(one: Row | None, other: Row | None) -> dict[str, Any] | None:
    """Return the values of `one` that `other` does not have; all where there is no other."""
    if one is None:
        return None
    return {name: value for name, value in one.items() if other is None or other[name] != value}


async def _row(table: type[Table], row: str) -> Row | None:
    if not row.isascii() or not row.isdigit():
        return None
    key = table._meta.primary_key  # noqa: SLF001 - Piccolo tells it nowhere else
    found = await table.select().where(key == int(row)).lock_rows("NO KEY UPDATE").first()
    return None if found is None else {name: _plain(value) for name, value in found.items()}


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _status(held: list[Message]) -> int:
    return next(one["status"] for one in held if one["type"] == "http.response.start")


def _made(held: list[Message]) -> str:
    """Return the id of the row that an answer to POST names."""
    body = b"".join(one.get("body", b"") for one in held if one["type"] == "http.response.body")
    (made,) = json.loads(body)
    return str(made["id"])


def faults_in(table: type[Table], sent: Mapping[str, Any]) -> list[dict[str, object]]:
    """Return what Piccolo's own models let through, field by field, as its forms show it."""
    faults = []
    for column in table._meta.columns:  # noqa: SLF001 - Piccolo tells it nowhere else
        name, value = column._meta.name, sent.get(column._meta.name)  # noqa: SLF001 - likewise
        if not isinstance(value, str):
            continue
        if "\x00" in value or any("\ud800" <= one <= "\udfff" for one in value):
            faults.append(fault(name, "This text cannot be read."))
        elif not column._meta.null and not value.strip():  # noqa: SLF001 - likewise
            faults.append(fault(name, "This must not be empty."))
        elif name == "country" and not (len(value) == _LETTERS and value.isupper()):
            faults.append(fault(name, "Two capital letters, such as US."))
    return faults


def fault(field: str, says: str) -> dict[str, object]:
    """Return what is wrong with one field."""
    return {"loc": ["body", field], "msg": says}
