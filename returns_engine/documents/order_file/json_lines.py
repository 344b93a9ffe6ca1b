"""Orders as JSON Lines: an order a line, or an entry of a file of rejects once it was mended."""

import json
from collections.abc import Iterable, Iterator, Mapping

from returns_engine.documents.errors import DocumentError
from returns_engine.documents.order import OrderDocument
from returns_engine.documents.order_file.assembling import assembled
from returns_engine.documents.order_file.given_order import GivenOrder, json_place
from returns_engine.documents.order_file.lines import LONGEST_LINE, Line
from returns_engine.documents.order_file.rows import row_of_cells
from returns_engine.documents.reading import shaped
from returns_engine.documents.strict_json import read_json

_TOO_LONG = f"The line is longer than {LONGEST_LINE:,} bytes."
_NO_NUMBER = "/order_number: The field is missing."
_NOTHING = "Nothing here can be taken in: mend it in the file that it came from."


def orders_in_json_lines(lines: Iterable[Line]) -> Iterator[GivenOrder]:
    """Give the orders of a file, readable or not; empty lines are passed over."""
    for line in lines:
        if line.raw.strip():
            yield _order(line)


def _order(line: Line) -> GivenOrder:
    text = line.raw.decode("utf-8", "replace").rstrip("\r\n")
    if line.cut:
        return GivenOrder(line=line.number, reasons=[_TOO_LONG], raw={"seen": text})
    try:
        value = read_json(line.raw.strip())
    except DocumentError as error:
        return _unreadable(line.number, error, {"input": text}, number=_number_in(text))
    return _of_value(line.number, value)


def _of_value(line: int, value: object) -> GivenOrder:
    if not isinstance(value, Mapping) or "reasons" not in value:
        return _shaped(line, value)
    if "order" in value:
        return _shaped(line, value["order"])
    if isinstance(value.get("input"), str):
        return _order(Line(number=line, raw=value["input"].encode()))
    if isinstance(value.get("rows"), list) and value["rows"]:
        rows = [row_of_cells(place, cells) for place, cells in enumerate(value["rows"], start=1)]
        return assembled(rows, line=line)
    return GivenOrder(line=line, reasons=[_NOTHING], raw={"seen": value.get("seen")})


def _shaped(line: int, value: object) -> GivenOrder:
    raw = {"order": value}
    try:
        document = shaped(value, OrderDocument)
    except DocumentError as error:
        return _unreadable(line, error, raw, number=_number_of(value))
    if document.order_number is None:
        return GivenOrder(line=line, reasons=[_NO_NUMBER], raw=raw)
    return GivenOrder(line=line, number=document.order_number, document=document, raw=raw)


def _number_in(text: str) -> str | None:
    """Return the order number in a text that is JSON, though not as strict as ours."""
    try:
        return _number_of(json.loads(text, strict=False))
    except (ValueError, RecursionError):
        return None


def _number_of(value: object) -> str | None:
    number = value.get("order_number") if isinstance(value, Mapping) else None
    return number if isinstance(number, str) else None


def _unreadable(
    line: int, error: DocumentError, raw: Mapping[str, object], *, number: str | None
) -> GivenOrder:
    # The line inside a text of one line says nothing.
    reasons = [
        fault.detail if fault.line else f"{json_place(fault.pointer)}: {fault.detail}"
        for fault in error.errors
    ]
    return GivenOrder(line=line, number=number, reasons=reasons, raw=raw)
