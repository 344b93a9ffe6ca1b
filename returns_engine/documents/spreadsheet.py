"""CSV for spreadsheets (RFC 4180, UTF-8), in which no cell can pass for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

_A_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Return rows of text as CSV lines; text that a spreadsheet would calculate gets a quote mark.

    Order numbers and references come from outside: a cell `=cmd|…` would run on opening (OWASP,
    "CSV Injection"). A plain number is none, with its sign too.
    """
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(
        [harmless(cell) for cell in row] for row in rows
    )
    return written.getvalue()


def harmless(cell: str) -> str:
    """Return the text of a cell, behind a quote mark where a spreadsheet would calculate it."""
    risky = cell.startswith(_BEGINS_A_FORMULA) and not _A_NUMBER.fullmatch(cell)
    return f"'{cell}" if risky else cell
