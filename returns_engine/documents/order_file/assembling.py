"""Put the rows of one order together: each tells of a line, a payment and a parcel, or of some.

What two rows tell of the same thing is the same, or told by one of them alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from returns_engine.documents.errors import DocumentError
from returns_engine.documents.order import OrderDocument
from returns_engine.documents.order_file.columns import Column, Part, columns
from returns_engine.documents.order_file.given_order import GivenOrder
from returns_engine.documents.order_file.rows import Row
from returns_engine.documents.reading import shaped

_IDS = {Part.LINE: "line.line_id", Part.PAYMENT: "payment.payment_id"}
_IDS |= {Part.SHIPMENT: "shipment.shipment_id"}
_LISTS = {"lines": Part.LINE, "payments": Part.PAYMENT, "shipments": Part.SHIPMENT}

Key = tuple[str, ...]


@dataclass(slots=True)
class _Thing:
    """The order, or one line, payment, parcel or content: its values, each with its row."""

    row: int
    values: dict[str, object] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Things:
    """What the rows told so far; by part and, inside it, by id."""

    of: dict[Part, dict[Key, _Thing]] = field(default_factory=lambda: {part: {} for part in Part})
    reasons: list[str] = field(default_factory=list)

    def take(self, row: Row) -> None:
        """Add what a row tells."""
        self.reasons += row.reasons
        self.of[Part.ORDER].setdefault((), _Thing(row.number))
        told = dict.fromkeys(Part, False)
        known = columns()
        for name in row.cells:
            if name in known:
                told[known[name].part] = True
        keys = {part: self._key(part, row) for part, is_told in told.items() if is_told}
        for name, cell in row.cells.items():
            column = known.get(name)
            if column is not None and (key := keys[column.part]) is not None:
                self._put(key, column, cell, row.number)

    def _key(self, part: Part, row: Row) -> Key | None:
        if part is Part.ORDER:
            return ()
        parts = (Part.SHIPMENT, Part.LINE) if part is Part.PACKED else (part,)
        lacking = [_IDS[one] for one in parts if _IDS[one] not in row.cells]
        self.reasons += [
            f"row {row.number}, column {name}: The cell is empty, though others of its"
            f" {name.partition('.')[0]} are filled."
            for name in lacking
        ]
        return None if lacking else tuple(row.cells[_IDS[one]] for one in parts)

    def _put(self, key: Key, column: Column, cell: str, row: int) -> None:
        thing = self.of[column.part].setdefault(key, _Thing(row))
        try:
            value = column.read(cell)
        except ValueError as error:
            self.reasons.append(f"row {row}, column {column.name}: {error}")
            return
        if column.name not in thing.values:
            thing.values[column.name], thing.rows[column.name] = value, row
        elif thing.values[column.name] != value:
            self.reasons.append(
                f"row {row}, column {column.name}: It says “{cell[:50]}”, row"
                f" {thing.rows[column.name]} says something else. Rows of one order say the same,"
                " or nothing."
            )

    def lacking(self) -> Iterator[str]:
        """Say what is empty though it is needed."""
        for column in columns().values():
            if column.needed:
                for thing in self.of[column.part].values():
                    if column.name not in thing.values:
                        yield f"row {thing.row}, column {column.name}: The cell is empty."

    def order(self) -> dict[str, Any]:
        """Return the order as JSON would give it."""
        order = _nested(self.of[Part.ORDER][()])
        for name, part in _LISTS.items():
            order[name] = [_nested(thing) for thing in self.of[part].values()]
        for (shipment_id,), shipment in zip(
            self.of[Part.SHIPMENT], order["shipments"], strict=True
        ):
            shipment["lines"] = [
                {"line_id": key[1], **_nested(content)}
                for key, content in self._contents(shipment_id)
            ]
        return order

    def _contents(self, shipment_id: str) -> list[tuple[Key, _Thing]]:
        return [item for item in self.of[Part.PACKED].items() if item[0][0] == shipment_id]

    def where(self, pointer: str) -> str:
        """Return row and column of a JSON pointer into the order."""
        words = pointer.split("/")[1:]
        part, thing = Part.ORDER, self.of[Part.ORDER][()]
        if words and words[0] in _LISTS:
            part = _LISTS[words.pop(0)]
            if not words:
                return f"row {thing.row} ({pointer})"
            key, thing = list(self.of[part].items())[int(words.pop(0))]
            if part is Part.SHIPMENT and words[:1] == ["lines"]:
                part, thing = Part.PACKED, self._contents(key[0])[int(words[1])][1]
                words = words[2:]
        name = _NAMES.get((part, tuple(words)))
        if name is None:
            return f"row {thing.row} ({pointer})"
        return f"row {thing.rows.get(name, thing.row)}, column {name}"


_NAMES = {(column.part, column.path): column.name for column in columns().values()}
_NAMES[Part.PACKED, ("line_id",)] = "line.line_id"


def _nested(thing: _Thing) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for name, value in thing.values.items():
        *path, last = columns()[name].path
        inside = nested
        for step in path:
            inside = inside.setdefault(step, {})
        inside[last] = value
    return nested


def assembled(
    rows: Sequence[Row], *, line: int | None = None, faults: Sequence[str] = (), whole: bool = True
) -> GivenOrder:
    """Return the order that the rows make up; with `faults` it is refused whatever they say.

    `whole` says that the rows are all there is of it: only then can it be mended among the rejects.
    """
    things = _Things()
    for row in rows:
        things.take(row)
    number = next((row.order_number for row in rows if row.order_number), None)
    raw = _set_aside(rows, whole=whole)
    first = rows[0].number if line is None else line
    reasons = [*things.reasons, *faults]
    if not reasons:
        reasons = list(things.lacking())
    if reasons:
        return GivenOrder(line=first, number=number, reasons=reasons, raw=raw)
    try:
        document = shaped(things.order(), OrderDocument)
    except DocumentError as error:
        reasons = [f"{things.where(fault.pointer)}: {fault.detail}" for fault in error.errors]
        return GivenOrder(line=first, number=number, reasons=reasons, raw=raw)
    return GivenOrder(line=first, number=number, document=document, raw=raw, where=things.where)


def _set_aside(rows: Sequence[Row], *, whole: bool) -> Mapping[str, object]:
    cells = [row.seen if row.torn else dict(row.cells) for row in rows]
    return {"rows" if whole and not any(row.torn for row in rows) else "seen": cells}
