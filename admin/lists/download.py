"""A list as a CSV file: whole, under the filters of its page, in pieces."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from litestar.response import Stream

from returns_engine.documents.spreadsheet import csv_text
from returns_engine.queries.moments import utc_text

AT_ONCE = 200
"""How many rows are held at a time, where the list lets that be chosen."""
_CSV = "text/csv; charset=utf-8"

Place = TypeVar("Place")
Row = Mapping[str, Any]
Cells = Callable[[Row], Iterable[object]]
Read = Callable[[Place | None], Awaitable[tuple[Sequence[Row], Place | None]]]
"""Reads the page at a place, None for the first, and says where the next one begins."""


def download(name: str, columns: Sequence[str], read: Read[Place], cells: Cells) -> Stream:
    """Answer with a file of all pages that `read` gives, from the first on; `cells` of each row.

    No transaction is open between two pages: what changes meanwhile is in it as it was read.
    """
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.csv"',
        "Cache-Control": "no-store",
    }
    return Stream(pieces(columns, read, cells), media_type=_CSV, headers=headers)


async def pieces(columns: Sequence[str], read: Read[Place], cells: Cells) -> AsyncIterator[str]:
    """Give the lines of the file, the header first."""
    yield csv_text([columns])
    found, place = await read(None)
    while found:
        yield csv_text([cell_text(cell) for cell in cells(row)] for row in found)
        if place is None:
            return
        found, place = await read(place)


def cell_text(cell: object) -> str:
    """Return what stands in a cell: moments in UTC, days as they are, nothing for None."""
    if isinstance(cell, datetime):
        return utc_text(cell) or ""
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def items_text(lines: Iterable[Mapping[str, Any]], units: str) -> str:
    """Return lines in one cell: how many of what."""
    return "; ".join(f"{line[units]} × {line['title']}" for line in lines)
