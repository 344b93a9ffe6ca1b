"""Turn a number into bars and modules, counted in whole printer dots."""

from collections.abc import Iterator
from dataclasses import dataclass

import segno
from reportlab.graphics.barcode.code128 import (  # type: ignore[import-untyped]  # no annotations
    Code128,
)

CODE128_QUIET = 10
QR_QUIET = 4
LARGEST_VALUE = 200


class CodeError(Exception):
    """A value cannot be printed as a code; says why."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A black rectangle in modules, from the top left corner of the code and its quiet zone."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A code in modules; both sizes hold the quiet zones. `height` is None where bars stretch."""

    width: int
    height: int | None
    bars: tuple[Bar, ...]


def code128(value: str) -> Symbol:
    """Return a Code 128 with 10 modules of quiet zone on both sides; bars are 1 high, to stretch.

    Raise CodeError for what Code 128 cannot hold: reportlab would silently leave it out.
    """
    if not 0 < len(value) <= LARGEST_VALUE or not (value.isascii() and value.isprintable()):
        raise CodeError("Code 128 holds 1 to 200 printable ASCII characters")
    symbol = Code128(value)
    symbol.validate()
    symbol.encode()
    bars = []
    position = CODE128_QUIET
    for element in symbol.decompose():
        # A capital is a bar, a small letter a space; a is one module wide, b two, and so on.
        width = ord(element.lower()) - ord("a") + 1
        if element.isupper():
            bars.append(Bar(position, 0, width, 1))
        position += width
    return Symbol(width=position + CODE128_QUIET, height=None, bars=tuple(bars))


def qr(value: str) -> Symbol:
    """Return a QR code (error correction M) with its quiet zone of 4 modules."""
    if not 0 < len(value) <= LARGEST_VALUE:
        raise CodeError("the QR code holds 1 to 200 characters")
    matrix = segno.make(value, error="m", micro=False, boost_error=False).matrix
    side = len(matrix) + 2 * QR_QUIET
    bars = tuple(
        Bar(QR_QUIET + start, QR_QUIET + row, width, 1)
        for row, modules in enumerate(matrix)
        for start, width in _dark_stretches(modules)
    )
    return Symbol(width=side, height=side, bars=bars)


def _dark_stretches(modules: bytearray) -> Iterator[tuple[int, int]]:
    start = None
    for index, dark in enumerate([*modules, 0]):
        if dark and start is None:
            start = index
        elif not dark and start is not None:
            yield start, index - start
            start = None
