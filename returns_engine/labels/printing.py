"""Draw a template's elements with the values of one return."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PIL import Image

from returns_engine.labels.codes import CodeError, Symbol, code128, qr
from returns_engine.labels.content import LabelNotPrintable
from returns_engine.labels.elements import (
    Code128,
    Element,
    Frame,
    Picture,
    Qr,
    Rule,
    Style,
    Template,
    Text,
)
from returns_engine.labels.fields import Words
from returns_engine.labels.geometry import POINTS_PER_MM, Box, Paper
from returns_engine.labels.sheet import Rectangle, Sheets
from returns_engine.labels.text import Measure, Setting, set_text, width_of

# Where the baseline stands in a line, as a share of the size: DejaVu's ascent.
ASCENT = 0.76


class TextDoesNotFit(LabelNotPrintable):
    """A text is too long for its place even at its smallest size; it is never cut."""


@dataclass(frozen=True, slots=True, order=True)
class MissingGlyph:
    """A character no font of the template has; U+25A1 stands in its place."""

    field: str
    character: str


class Printer:
    """Draws elements on the open page, and remembers what had no glyph."""

    def __init__(self, template: Template, sheets: Sheets, values: Mapping[str, str]) -> None:
        self.sheets = sheets
        self.missing: set[MissingGlyph] = set()
        self._template = template
        self._values = values

    def draw(self, element: Element, paper: Paper) -> None:
        """Draw one element that is not a flow."""
        box = element.place.on(paper)
        match element:
            case Text():
                self._draw_text(element, box)
            case Code128():
                self._draw_code(element, code128, box)
            case Qr():
                self._draw_code(element, qr, box)
            case Rule():
                self._draw_rule(element, box)
            case Frame():
                self._draw_frame(element, box)
            case Picture():
                with Image.open(element.file, formats=("PNG", "JPEG")) as image:
                    self.sheets.picture(image.convert("RGB"), box)
            case _:
                raise TypeError(f"{element.key} is printed by the flow printer")

    def set(
        self, words: Words, style: Style, box: Box, key: str, extra: Mapping[str, str] | None = None
    ) -> Setting:
        """Return the words set into a box; raise TextDoesNotFit naming the fields in them."""
        values = {**self._values, **(extra or {})}
        chain = self._template.fonts[style.font]
        for field in words.fields:
            lacking = chain.lacks(values[field].replace("\n", ""))
            self.missing.update(MissingGlyph(field, character) for character in lacking)
        measure = Measure(
            width=box.width,
            height=box.height,
            size=style.size,
            smallest=style.smallest,
            leading=style.leading,
            wrap=style.wrap,
        )
        setting = set_text(chain.paragraphs(words.fill(values)), measure)
        if setting is None:
            raise TextDoesNotFit(_name(words, key), self._no_room(key, box, style))
        return setting

    def write(self, setting: Setting, style: Style, box: Box) -> None:
        """Write a setting from the top of a box down."""
        self.sheets.color(style.color)
        above = (setting.leading - setting.size) / 2 + ASCENT * setting.size
        for number, line in enumerate(setting.lines):
            spare = box.width - width_of(line) * setting.size
            indent = {"left": 0.0, "center": spare / 2, "right": spare}[style.align]
            baseline = box.top + number * setting.leading + above
            self.sheets.write(line, box.left + indent, baseline, setting.size)

    def _no_room(self, key: str, box: Box, style: Style) -> str:
        room = f"{box.width / POINTS_PER_MM:.1f} x {box.height / POINTS_PER_MM:.1f} mm"
        return f"does not fit into {room} at {style.smallest:g} pt ({self._template.file}, {key})"

    def _draw_text(self, element: Text, box: Box) -> None:
        setting = self.set(element.words, element.style, box, element.key)
        spare = box.height - setting.height
        above = {"top": 0.0, "middle": spare / 2, "bottom": spare}[element.valign]
        self.write(setting, element.style, _lowered(box, above))

    def _draw_code(self, element: Code128 | Qr, encode: Callable[[str], Symbol], box: Box) -> None:
        value = element.words.fill(self._values)
        try:
            symbol = encode(value)
        except CodeError as error:
            raise LabelNotPrintable(_name(element.words, element.key), str(error)) from None
        place = _whole_dots(self.sheets, box)
        for dots in range(element.module_dots, element.least_dots - 1, -1):
            rectangles = _rectangles(symbol, dots, place)
            if rectangles is not None:
                if isinstance(element, Qr):
                    self.sheets.fill_together(rectangles)
                else:
                    self.sheets.fill_apart(rectangles)
                return
        raise TextDoesNotFit(
            _name(element.words, element.key),
            f"needs {symbol.width * element.least_dots} dots of {place[2]} with its quiet zones "
            f"({self._template.file}, {element.key})",
        )

    def _draw_rule(self, rule: Rule, box: Box) -> None:
        thickness = rule.thickness * POINTS_PER_MM
        if rule.dashed:
            self.sheets.dash(box, thickness, rule.color)
            return
        across = box.width > 0
        line = Box(
            left=box.left if across else box.left - thickness / 2,
            top=box.top - thickness / 2 if across else box.top,
            width=box.width if across else thickness,
            height=thickness if across else box.height,
        )
        self.sheets.fill(line, rule.color)

    def _draw_frame(self, frame: Frame, box: Box) -> None:
        if frame.fill != "none":
            self.sheets.fill(box, frame.fill)
        thickness = frame.thickness * POINTS_PER_MM
        if thickness:
            for side in _sides(box, thickness):
                self.sheets.fill(side, frame.border)


def _whole_dots(sheets: Sheets, box: Box) -> Rectangle:
    return (
        sheets.dots(box.left),
        sheets.dots(box.top),
        sheets.dots(box.width),
        sheets.dots(box.height),
    )


def _rectangles(symbol: Symbol, dots: int, place: Rectangle) -> list[Rectangle] | None:
    """Return the bars in the middle of a place, or None if the symbol is larger than it."""
    left, top, width, height = place
    tall = height if symbol.height is None else symbol.height * dots
    if symbol.width * dots > width or tall > height:
        return None
    left += (width - symbol.width * dots) // 2
    top += (height - tall) // 2
    unit = tall if symbol.height is None else dots
    return [
        (left + bar.left * dots, top + bar.top * dots, bar.width * dots, bar.height * unit)
        for bar in symbol.bars
    ]


def _name(words: Words, key: str) -> str:
    return ", ".join(words.fields) or key


def _lowered(box: Box, by: float) -> Box:
    return Box(left=box.left, top=box.top + by, width=box.width, height=box.height)


def _sides(box: Box, thickness: float) -> tuple[Box, ...]:
    right = box.left + box.width - thickness
    bottom = box.top + box.height - thickness
    return (
        Box(left=box.left, top=box.top, width=box.width, height=thickness),
        Box(left=box.left, top=bottom, width=box.width, height=thickness),
        Box(left=box.left, top=box.top, width=thickness, height=box.height),
        Box(left=right, top=box.top, width=thickness, height=box.height),
    )
