"""The columns of orders as CSV: each is the path of a JSON field, lists in the singular.

`line.vehicle.year` is `/lines/…/vehicle/year`. What a parcel holds of the row's line is
`shipment.quantity`.
"""

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from msgspec import inspect

from returns_engine.documents.order import OrderDocument

_WHOLE = re.compile(r"-?[0-9]{1,18}")
_AMOUNTS = {"discount", "shipping", "shipping_tax", "unit_price", "tax", "captured"}
_LISTS = {"lines": "line", "payments": "payment", "shipments": "shipment"}


class Part(StrEnum):
    """What of an order a cell tells of."""

    ORDER = "order"
    LINE = "line"
    PAYMENT = "payment"
    SHIPMENT = "shipment"
    PACKED = "packed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column; `path` leads to its field inside its part.

    `needed` says that the field must be there wherever its part is. `read` turns a cell that is not
    empty into the JSON value, and raises ValueError with a sentence.
    """

    name: str
    part: Part
    path: tuple[str, ...]
    needed: bool
    read: Callable[[str], object]


@functools.cache
def columns() -> dict[str, Column]:
    """Return all columns by name, in the order of the template."""
    found = list(_of(inspect.type_info(OrderDocument), Part.ORDER, ()))
    packed = Column(
        name="shipment.quantity", part=Part.PACKED, path=("quantity",), needed=False, read=_whole
    )
    parts = list(Part)
    found.sort(key=lambda column: (column.name != "order_number", parts.index(column.part)))
    return {column.name: column for column in (*found, packed)}


def header_faults(names: Sequence[str]) -> list[str]:
    """Return what is wrong with a header, naming the columns; nothing when all is well.

    A column whose cells may all be empty may be left out.
    """
    known = columns()
    if not known.keys() & set(names):
        # What it is may be somebody's order: it is not repeated.
        return ["The first line is no header: none of its cells is the name of a column."]
    unknown = [name for name in names if name not in known]
    missing = [name for name, column in known.items() if column.needed and name not in names]
    twice = sorted({name for name in names if names.count(name) > 1} - set(unknown))
    faults = []
    if unknown:
        faults.append(f"Unknown columns: {', '.join(name or '(no name)' for name in unknown)}.")
    if twice:
        faults.append(f"Columns given twice: {', '.join(twice)}.")
    if missing:
        faults.append(f"Missing columns: {', '.join(missing)}.")
    return faults


def _of(kind: inspect.Type, part: Part, path: tuple[str, ...]) -> Iterator[Column]:
    if not isinstance(kind, inspect.StructType):
        raise TypeError(f"columns are made of structs, not of {kind}")
    for field in kind.fields:
        below, inside = _only(field.type), (*path, field.name)
        if isinstance(below, inspect.StructType):
            yield from _of(below, part, inside)
        elif isinstance(below, inspect.ListType):
            if part is Part.ORDER:
                yield from _of(_only(below.item_type), Part(_LISTS[field.name]), ())
        else:
            names = inside if part is Part.ORDER else (str(part), *inside)
            needed = field.required or inside == ("order_number",)
            # A car has all of its fields or none; the document knows.
            yield Column(
                name=".".join(names),
                part=part,
                path=inside,
                needed=needed and inside[0] != "vehicle",
                read=_reader(below, field.name),
            )


def _only(kind: inspect.Type) -> inspect.Type:
    """Return the type without its metadata and without null."""
    if isinstance(kind, inspect.Metadata):
        return _only(kind.type)
    if isinstance(kind, inspect.UnionType):
        (kind,) = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
    return kind


def _reader(kind: inspect.Type, name: str) -> Callable[[str], object]:
    if isinstance(kind, inspect.IntType):
        return _amount if name in _AMOUNTS else _whole
    return _truth if isinstance(kind, inspect.BoolType) else _text


def _text(cell: str) -> object:
    return cell


def _amount(cell: str) -> object:
    if _WHOLE.fullmatch(cell.strip()):
        return int(cell)
    raise ValueError(
        f"Amounts are whole minor units (12995 for 129.95), without point, comma or sign of a"
        f" currency; found “{cell[:30]}”."
    )


def _whole(cell: str) -> object:
    if _WHOLE.fullmatch(cell.strip()):
        return int(cell)
    raise ValueError(f"Expected a whole number, found “{cell[:30]}”.")


def _truth(cell: str) -> object:
    word = cell.strip().lower()
    if word in {"true", "false"}:
        return word == "true"
    raise ValueError(f"Expected true or false, found “{cell[:30]}”.")
