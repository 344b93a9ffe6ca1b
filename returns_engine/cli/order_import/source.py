"""The file of an import, opened, and what kind of file it is."""

import io
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from returns_engine.cli.order_import.earlier import EarlierOrders
from returns_engine.documents.order_file.csv_orders import orders_in_csv
from returns_engine.documents.order_file.given_order import GivenOrder
from returns_engine.documents.order_file.json_lines import orders_in_json_lines
from returns_engine.documents.order_file.lines import Lines, UnusableFile
from returns_engine.documents.order_file.rows import Rows

_FORMS = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_A_LIST = "The file is one JSON list; JSON Lines has an order a line, and nothing around them."


class Source:
    """The orders of a file, one at a time, and how far it was read."""

    def __init__(self, lines: Lines, orders: Iterator[GivenOrder], size: int | None) -> None:
        self._lines = lines
        self.orders = orders
        self.size = size

    @property
    def bytes_read(self) -> int:
        """Return how many bytes of the file were read."""
        return self._lines.bytes_read


@contextmanager
def opened(file: str, *, form: str | None, delimiter: str | None) -> Iterator[Source]:
    """Give the orders of a file, of standard input for `-`; raises UnusableFile."""
    earlier = EarlierOrders()
    try:
        with _bytes_of(file) as raw:
            lines = Lines(raw)
            if (form or _FORMS.get(Path(file).suffix.lower()) or _looks(raw)) == "csv":
                orders = orders_in_csv(Rows(lines, delimiter), earlier)
            else:
                orders = orders_in_json_lines(lines)
            yield Source(lines, orders, None if file == "-" else Path(file).stat().st_size)
    finally:
        earlier.close()


@contextmanager
def _bytes_of(file: str) -> Iterator[io.BufferedReader]:
    with ExitStack() as closing:
        try:
            descriptor = os.dup(0) if file == "-" else os.open(file, os.O_RDONLY)
            found = closing.enter_context(os.fdopen(descriptor, "rb"))
        except OSError as error:
            raise UnusableFile(f"{file} cannot be read: {error.strerror}.") from None
        yield found


def _looks(raw: io.BufferedReader) -> str:
    """Tell what a file is by its first character."""
    first = raw.peek(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if first == b"[":
        raise UnusableFile(_A_LIST)
    return "jsonl" if first == b"{" else "csv"
