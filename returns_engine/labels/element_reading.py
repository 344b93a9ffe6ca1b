"""Read the elements of a template's pages, each kind with the keys it knows."""

from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

from PIL import Image, UnidentifiedImageError

from returns_engine.labels.confinement import confined
from returns_engine.labels.elements import (
    Code128,
    Column,
    Element,
    Flow,
    Frame,
    Picture,
    Qr,
    Row,
    Rule,
    Style,
    Text,
    column_places,
)
from returns_engine.labels.fields import REPEATED, Words, parse_words
from returns_engine.labels.fonts import FontChain
from returns_engine.labels.geometry import POINTS_PER_MM, Paper, Place, Span
from returns_engine.labels.reading import Section, TemplateError
from returns_engine.rules.words import Postage

COLORS = ("black", "white", "gray", "light")
LARGEST_MM = 2000.0
NARROWEST_MM = 2
# Half a hundredth of a mm: distances add up with rounding.
TOLERANCE = 0.005 * POINTS_PER_MM


class Surroundings:
    """What reading an element needs to know: fonts, folder, papers of its page, known fields.

    `texts` are those of the page in another language, by the English ones.
    """

    def __init__(
        self,
        fonts: dict[str, FontChain],
        folder: Path,
        papers: tuple[Paper, ...],
        fields: tuple[str, ...],
        texts: Section | None = None,
    ) -> None:
        self.fields = fields
        self.texts = texts
        self.fonts = fonts
        self.folder = folder
        self.papers = papers


class _PlacedKeys(TypedDict):
    key: str
    place: Place
    postages: frozenset[Postage]
    first_page_only: bool


def read_element(section: Section, around: Surroundings) -> Element:
    """Return the element of a table; raise TemplateError for what is wrong with it."""
    kind = section.word("kind", tuple(_KINDS))
    placed = _PlacedKeys(
        key=section.key,
        place=_read_place(section, around),
        postages=_read_postages(section),
        first_page_only=section.flag("first_page_only", default=False),
    )
    element = _KINDS[kind](section, around, placed)
    section.finish()
    return element


def _read_text(section: Section, around: Surroundings, placed: _PlacedKeys) -> Text:
    style = _read_style(section, around)
    return Text(
        **placed,
        words=_read_words(section, around, style),
        style=style,
        valign=section.word("valign", ("top", "middle", "bottom"), "top"),
    )


def _read_code128(section: Section, around: Surroundings, placed: _PlacedKeys) -> Code128:
    words = _parsed(section, around, "value", "")
    dots, least = _read_dots(section, 3)
    return Code128(**placed, words=words, module_dots=dots, least_dots=least)


def _read_qr(section: Section, around: Surroundings, placed: _PlacedKeys) -> Qr:
    words = _parsed(section, around, "value", "")
    dots, least = _read_dots(section, 6)
    return Qr(**placed, words=words, module_dots=dots, least_dots=least)


def _read_dots(section: Section, default: int) -> tuple[int, int]:
    """Return the printer dots of a module, and how few they may become for a longer value."""
    dots = section.count("module_dots", least=2, most=40, default=default)
    return dots, section.count("min_module_dots", least=2, most=dots, default=dots)


def _read_rule(section: Section, around: Surroundings, placed: _PlacedKeys) -> Rule:
    box = placed["place"].on(around.papers[0])
    if (box.width == 0) == (box.height == 0):
        raise section.error("height", "0 for a line across, or a width of 0 for one down")
    return Rule(
        **placed,
        thickness=section.number("thickness", least=0.05, most=20, default=0.25),
        dashed=section.flag("dashed", default=False),
        color=section.word("color", COLORS, "black"),
    )


def _read_frame(section: Section, around: Surroundings, placed: _PlacedKeys) -> Frame:
    del around
    return Frame(
        **placed,
        thickness=section.number("thickness", least=0, most=20, default=0.25),
        border=section.word("border", COLORS, "black"),
        fill=section.word("fill", ("none", *COLORS), "none"),
    )


def _read_picture(section: Section, around: Surroundings, placed: _PlacedKeys) -> Picture:
    name = section.text("file")
    path = confined(name, around.folder, file=section.file, key=section.path("file"))
    try:
        with Image.open(path, formats=("PNG", "JPEG")) as image:
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError):
        raise section.error("file", "a picture in PNG or JPEG") from None
    return Picture(**placed, file=path)


def _read_flow(section: Section, around: Surroundings, placed: _PlacedKeys) -> Flow:
    flow = Flow(
        **placed,
        gutter=section.number("gutter", least=0, most=50, default=2),
        rows=tuple(_read_row(row, around) for row in section.sections("rows")),
    )
    for row in flow.rows:
        _require_room(section, around, flow, row)
    return flow


def _require_room(section: Section, around: Surroundings, flow: Flow, row: Row) -> None:
    for paper in around.papers:
        whole = flow.place.on(paper).width
        places = column_places(row.columns, whole, flow.gutter)
        narrow = any(width < NARROWEST_MM * POINTS_PER_MM for _, width in places)
        left, width = places[-1]
        if narrow or left + width > whole + TOLERANCE:
            room = (
                f"columns that fit {whole / POINTS_PER_MM:.1f} mm, each {NARROWEST_MM} mm or more"
            )
            raise TemplateError(section.file, f"{row.key}.columns", room)


def _read_row(section: Section, around: Surroundings) -> Row:
    each = section.word("each", tuple(REPEATED), "")
    row = Row(
        key=section.key,
        each=each,
        postages=_read_postages(section),
        gap=section.number("gap", least=0, most=100, default=1),
        ruled=section.flag("ruled", default=False),
        keep_with_next=section.flag("keep_with_next", default=False),
        columns=tuple(_read_column(column, around, each) for column in section.sections("columns")),
    )
    section.finish()
    return row


def _read_column(section: Section, around: Surroundings, each: str) -> Column:
    style = _read_style(section, around)
    wide = section.number("width", least=1, most=LARGEST_MM) if section.has("width") else None
    column = Column(
        key=section.key,
        words=_read_words(section, around, style, each=each),
        style=style,
        width=wide,
    )
    section.finish()
    return column


def _read_style(section: Section, around: Surroundings) -> Style:
    size = section.number("size", least=4, most=200, default=10)
    return Style(
        font=section.word("font", tuple(around.fonts), "regular"),
        size=size,
        smallest=section.number("min_size", least=4, most=size, default=size),
        leading=section.number("leading", least=0.8, most=3, default=1.2),
        align=section.word("align", ("left", "center", "right"), "left"),
        color=section.word("color", COLORS, "black"),
        wrap=section.flag("wrap", default=True),
    )


def _read_words(section: Section, around: Surroundings, style: Style, *, each: str = "") -> Words:
    words = _parsed(section, around, "text", each)
    lacking = around.fonts[style.font].lacks(words.literal.replace("\n", ""))
    if lacking:
        raise section.error("text", f"characters that font {style.font} has, not {lacking[0]!r}")
    return words


def _parsed(section: Section, around: Surroundings, key: str, each: str) -> Words:
    text = section.text(key)
    words = _parsed_text(section, key, text, around, each)
    if around.texts is None or not around.texts.has(text):
        return words
    said = _parsed_text(around.texts, text, around.texts.text(text), around, each)
    if sorted(said.fields) != sorted(words.fields):
        raise around.texts.error(text, "the same fields in braces as in the English text")
    return said


def _parsed_text(section: Section, key: str, text: str, around: Surroundings, each: str) -> Words:
    try:
        return parse_words(text, each=each, known=around.fields)
    except ValueError as error:
        raise section.error(key, str(error)) from None


def _read_postages(section: Section) -> frozenset[Postage]:
    if not section.has("when"):
        return frozenset(Postage)
    words = section.texts("when")
    if not set(words) <= set(Postage):
        raise section.error("when", f"a list of {', '.join(Postage)}")
    return frozenset(map(Postage, words))


def _read_place(section: Section, around: Surroundings) -> Place:
    place = Place(
        _read_span(section, "left", "width", "right"),
        _read_span(section, "top", "height", "bottom"),
    )
    for paper in around.papers:
        box = place.on(paper)
        across = box.left + min(box.width, 0) >= -TOLERANCE and box.width >= -TOLERANCE
        if not across or box.left + box.width > paper.width + TOLERANCE:
            raise section.error("left", f"a place inside the page of {paper}")
        down = box.top + min(box.height, 0) >= -TOLERANCE and box.height >= -TOLERANCE
        if not down or box.top + box.height > paper.height + TOLERANCE:
            raise section.error("top", f"a place inside the page of {paper}")
    return place


def _read_span(section: Section, before: str, size: str, after: str) -> Span:
    values = [
        section.number(key, least=0, most=LARGEST_MM) if section.has(key) else None
        for key in (before, size, after)
    ]
    if values.count(None) != 1:
        raise section.error(before, f"two of {before}, {size} and {after}, in mm")
    return Span(*values)


_KINDS: dict[str, Callable[[Section, Surroundings, _PlacedKeys], Element]] = {
    "text": _read_text,
    "code128": _read_code128,
    "qr": _read_qr,
    "line": _read_rule,
    "frame": _read_frame,
    "picture": _read_picture,
    "flow": _read_flow,
}
