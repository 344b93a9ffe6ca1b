"""What Piccolo Admin's button *Export CSV* is given: rows in which no cell can pass for a formula.

Its page writes the file itself, from rows that it asks for a thousand at a time, and puts each cell
in it as it is. So the rows are answered defused, as our own exports write theirs.
"""

from collections.abc import Sequence
from typing import Any

from litestar.types import Send

from admin.data_schemas import changing
from returns_engine.documents.spreadsheet import harmless

# The page of a list offers 5 to 100; only its button asks for more.
_MOST_SHOWN = 100
_DIGITS = 3


def asks_for_file(sizes: Sequence[str]) -> bool:
    """Tell whether rows are asked for a file, by how many at once (`__page_size`)."""
    return any(not _could_be_shown(size) for size in sizes)


def _could_be_shown(size: str) -> bool:
    plain = size.isascii() and size.isdigit() and len(size) <= _DIGITS
    return plain and int(size) <= _MOST_SHOWN


def defused(send: Send) -> Send:
    """Return a `send` that gives rows whose texts a spreadsheet takes for texts."""
    return changing(send, lambda told: told | {"rows": [_defused(row) for row in told["rows"]]})


def _defused(cell: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, list):
        return [_defused(one) for one in cell]
    if isinstance(cell, dict):
        return {name: _defused(one) for name, one in cell.items()}
    return cell
