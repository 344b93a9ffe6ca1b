"""Bring rows that belong to an order in line with what was sent, touching only what differs."""

from collections.abc import Mapping
from typing import Any

from piccolo.table import Table


def values_differ(row: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Say whether any of `values` is not what `row` holds."""
    return any(row[name] != value for name, value in values.items())


async def merge_rows(
    table: type[Table],
    order_id: int,
    key: str,
    held: Mapping[str, Mapping[str, Any]],
    wanted: Mapping[str, Mapping[str, Any]],
) -> bool:
    """Insert rows that are new and update those that differ; return whether anything changed.

    Rows that were not sent again are kept.
    """
    new = [name for name in wanted if name not in held]
    if new:
        rows = [table(**{"order": order_id, key: name, **wanted[name]}) for name in new]
        await table.insert(*rows)
    differing = [
        name for name in wanted if name in held and values_differ(held[name], wanted[name])
    ]
    for name in differing:
        values: dict[Any, Any] = dict(wanted[name])
        await table.update(values).where(table._meta.primary_key == held[name]["id"])  # noqa: SLF001 - Piccolo's way to the key
    return bool(new or differing)
