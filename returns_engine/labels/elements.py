"""What a template is made of, once it was read and found good. Sizes of type are in points."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from returns_engine.labels.fields import Words
from returns_engine.labels.fonts import FontChain
from returns_engine.labels.geometry import POINTS_PER_MM, Paper, Place
from returns_engine.rules.words import Postage


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a text looks; `smallest` is the size it may shrink to before it is an error."""

    font: str
    size: float
    smallest: float
    leading: float
    align: str
    color: str
    wrap: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What all elements have: where, for which postages, and on which of its kind's pages.

    `key` is the element's place in the file, for messages; `first_page_only` keeps it off the
    pages a flow continues on.
    """

    key: str
    place: Place
    postages: frozenset[Postage]
    first_page_only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Placed):
    """A text in a box."""

    words: Words
    style: Style
    valign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Code128(Placed):
    """A Code 128 of a field, centered in its box with its quiet zones."""

    words: Words
    module_dots: int
    least_dots: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Qr(Placed):
    """A QR code of a field, centered in its box with its quiet zone."""

    words: Words
    module_dots: int
    least_dots: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Placed):
    """A straight line across (height 0) or down (width 0); thickness in mm."""

    thickness: float
    dashed: bool
    color: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame(Placed):
    """A rectangle, drawn and filled; `thickness` 0 draws no border."""

    thickness: float
    border: str
    fill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture(Placed):
    """A PNG or JPEG, as large as its box allows."""

    file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a row; width in mm, None for an equal share of what is left."""

    key: str
    words: Words
    style: Style
    width: float | None


def column_places(
    columns: tuple[Column, ...], whole: float, gutter: float
) -> tuple[tuple[float, float], ...]:
    """Return left and width of each column in points; those without a width share what is left.

    `whole` is in points, `gutter` in mm as the template gives it.
    """
    between = gutter * POINTS_PER_MM
    fixed = sum(column.width or 0 for column in columns) * POINTS_PER_MM
    shares = sum(column.width is None for column in columns)
    share = (whole - fixed - between * (len(columns) - 1)) / shares if shares else 0.0
    places = []
    left = 0.0
    for column in columns:
        width = share if column.width is None else column.width * POINTS_PER_MM
        places.append((left, width))
        left += width + between
    return tuple(places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a flow, printed once or for each line or condition; `gap` in mm stands above."""

    key: str
    each: str
    postages: frozenset[Postage]
    gap: float
    ruled: bool
    keep_with_next: bool
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(Placed):
    """Rows under each other; what does not fit goes on to another page of the same kind."""

    rows: tuple[Row, ...]
    gutter: float


Element = Text | Code128 | Qr | Rule | Frame | Picture | Flow


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One kind of page; with two papers the customer's country chooses.

    `in_languages` is the same page for those who read another language than English.
    """

    name: str
    papers: tuple[Paper, ...]
    elements: tuple[Element, ...]
    in_languages: Mapping[str, tuple[Element, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A checked template with its fonts; `dpi` is the printer's resolution codes are drawn for.

    `of` says what it prints: a `return`, or a `parcel` nobody announced.
    """

    file: str
    of: str
    title: str
    dpi: int
    fonts: dict[str, FontChain]
    pages: tuple[Page, ...]

    @property
    def languages(self) -> frozenset[str]:
        """Return the languages, beside English, that a page of it speaks."""
        return frozenset(language for page in self.pages for language in page.in_languages)
