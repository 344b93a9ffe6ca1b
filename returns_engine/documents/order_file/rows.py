"""The rows of a CSV file, each whole or with a word on what is wrong with it."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from returns_engine.documents.order_file.columns import columns, header_faults
from returns_engine.documents.order_file.lines import LONGEST_LINE, Line, Lines, UnusableFile

_LIKE_JSON = "The file looks like JSON Lines: import it with --format jsonl."
_DELIMITERS = (",", ";", "\t", "|")
_NOT_TEXT = re.compile("[\ud800-\udfff\0]")
_MOST_SEEN = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row by its number in the spreadsheet, the header being row 1.

    `cells` holds those that are not empty, by column. A row that is `torn` could not be taken
    apart: `cells` holds its order's number at most, and `spilled` says that others went with it.
    """

    number: int
    cells: Mapping[str, str]
    reasons: Sequence[str] = ()
    torn: bool = False
    spilled: bool = False
    seen: str | None = None
    """The beginning of its text, where it is torn."""

    @property
    def order_number(self) -> str | None:
        """Return the order that it belongs to, where it says so."""
        return self.cells.get("order_number")


class _Cut(Exception):  # noqa: N818 - never leaves this file
    """A line is too long to be a row."""


@dataclass(slots=True)
class _Texts:
    """Lines as csv's reader wants them, and the first of those that make up the row at hand."""

    lines: Lines
    first: Line | None = None
    last: Line | None = field(default=None)

    def __iter__(self) -> "_Texts":
        return self

    def __next__(self) -> str:
        line = next(self.lines)
        self.first = self.first or line
        self.last = line
        if line.cut:
            raise _Cut
        return _decoded(line)


def _decoded(line: Line) -> str:
    """Return the text; a byte that is not UTF-8 becomes half of a surrogate pair, and is found."""
    return line.raw.decode("utf-8", "surrogateescape")


class Rows:
    """Give the rows of a CSV file below its header.

    Raises UnusableFile at once where the header lacks a column or has one too many.
    """

    def __init__(self, lines: Lines, delimiter: str | None = None) -> None:
        self._texts = _Texts(lines)
        try:
            first = next(self._texts)
        except StopIteration:
            raise UnusableFile("The file is empty; `orders template` prints the header.") from None
        except _Cut:
            raise UnusableFile(f"The header is longer than {LONGEST_LINE:,} bytes.") from None
        if first.lstrip().startswith("{"):
            raise UnusableFile(_LIKE_JSON)
        self._delimiter = delimiter or max(_DELIMITERS, key=first.count)
        self._names = self._header(first)
        self._reader = csv.reader(self._texts, delimiter=self._delimiter, strict=True)

    def _header(self, text: str) -> list[str]:
        try:
            names = next(csv.reader([text], delimiter=self._delimiter, strict=True), [])
        except csv.Error as error:
            raise UnusableFile(f"The header cannot be read: {error}.") from None
        names = [name.strip() for name in names]
        while names and not names[-1]:
            names.pop()
        if faults := header_faults(names):
            raise UnusableFile(*faults, "`returns-engine orders template` prints the header.")
        return names

    def __iter__(self) -> Iterator[Row]:
        """Give the rows; empty ones are counted and passed over."""
        number = 1
        while True:
            number += 1
            self._texts.first = None
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield self._torn(number, f"It cannot be taken apart ({error})")
            except _Cut:
                yield self._torn(number, f"A line is longer than {LONGEST_LINE:,} bytes")
            else:
                if any(cells):
                    yield self._row(number, cells)

    def _row(self, number: int, cells: list[str]) -> Row:
        given, beyond = cells[: len(self._names)], cells[len(self._names) :]
        named = {name: cell for name, cell in zip(self._names, given, strict=False) if cell}
        reasons = [
            f"row {number}, column {name}: {_WHY_NOT[found.group() == _NUL]}"
            for name, cell in named.items()
            if (found := _NOT_TEXT.search(cell))
        ]
        if len(given) < len(self._names) or any(beyond):
            reasons.append(
                f"row {number}: It has {len(cells)} cells, the header has {len(self._names)}."
            )
        return Row(number=number, cells=named, reasons=reasons)

    def _torn(self, number: int, why: str) -> Row:
        first, last = self._texts.first, self._texts.last
        if first is None or last is None:
            raise RuntimeError("A row that is torn has a line at least.")
        number_of_order = self._order_number_in(_decoded(first))
        lines = f"line {first.number}"
        if last.number > first.number:
            lines = f"lines {first.number} to {last.number}"
        return Row(
            number=number,
            cells={"order_number": number_of_order} if number_of_order else {},
            reasons=[f"row {number} (text {lines}): {why}; is a quotation mark not closed?"],
            torn=True,
            spilled=last.number > first.number,
            seen=first.raw[:_MOST_SEEN].decode("utf-8", "replace").rstrip("\r\n"),
        )

    def _order_number_in(self, text: str) -> str | None:
        """Return the order number of a torn row, where no quotation mark stands before its end."""
        place = self._names.index("order_number")
        *cells, _ = text.split(self._delimiter, place + 1)
        return cells[place] if len(cells) > place and '"' not in "".join(cells) else None


_NUL = "\0"
_WHY_NOT = ("The text is not UTF-8.", "The text holds a NUL.")


def row_of_cells(number: int, cells: object) -> Row:
    """Return a row out of a file of rejects: an object of cells by column."""
    if not isinstance(cells, Mapping):
        return Row(number=number, cells={}, reasons=[f"row {number}: Expected cells by column."])
    reasons = [
        f"row {number}: There is no column {name}." for name in cells if name not in columns()
    ]
    reasons += [
        f"row {number}, column {name}: A cell is a text."
        for name, cell in cells.items()
        if not isinstance(cell, str)
    ]
    kept = {name: cell for name, cell in cells.items() if isinstance(cell, str) and cell}
    return Row(number=number, cells=kept, reasons=reasons)
