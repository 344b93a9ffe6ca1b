"""One order of a file: what could be read of it, or why not, and what is written aside of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from returns_engine.documents.order import OrderDocument


def json_place(pointer: str) -> str:
    """Return a JSON pointer as a place to look at."""
    return pointer or "(the whole document)"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenOrder:
    """An order as a file gives it.

    `line` is its first line or row. `document` is None where `reasons` say why it cannot be read.
    `raw` is what goes into the file of rejects, to be mended there; `where` turns a JSON pointer
    into words that name row and column.
    """

    line: int
    number: str | None = None
    document: OrderDocument | None = None
    reasons: Sequence[str] = ()
    raw: Mapping[str, object]
    where: Callable[[str], str] = json_place

    def set_aside(self, reasons: Sequence[str]) -> dict[str, object]:
        """Return its entry in the file of rejects."""
        return {
            "line": self.line,
            "order_number": self.number,
            "reasons": list(reasons),
            **self.raw,
        }
