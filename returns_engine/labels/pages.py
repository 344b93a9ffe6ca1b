"""Write from the top of a page down, and turn it when it is full; nothing is ever cut."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from returns_engine.labels.cleaning import clean
from returns_engine.labels.fonts import FontChain
from returns_engine.labels.geometry import POINTS_PER_MM, Box, Paper
from returns_engine.labels.printing import MissingGlyph
from returns_engine.labels.sheet import Sheets
from returns_engine.labels.text import Line, Measure, set_text

MARGIN = 18 * POINTS_PER_MM
SIZE, SMALL = 9.0, 7.5
_DPI = 300
_LABEL = 44 * POINTS_PER_MM
_LEADING = 1.3
_ENDLESS = 1e7
_FOOT = MARGIN + 4 * POINTS_PER_MM


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that is said; `about` stands left of it and may be empty. Lines may break."""

    about: str
    says: str


class Pages:
    """A document of several pages; `foot`, with `page` and its number, stands on each."""

    def __init__(
        self,
        paper: Paper,
        *,
        title: str,
        author: str,
        foot: str,
        page: str,
        fonts: Mapping[str, FontChain],
    ) -> None:
        self.sheets = Sheets(dpi=_DPI, title=clean(title), author=clean(author))
        self.missing: set[MissingGlyph] = set()
        self.top = 0.0
        self._paper = paper
        self._foot, self._page = f"{clean(foot)} · {page}", 0
        self._regular, self._bold = fonts["regular"], fonts.get("bold", fonts["regular"])
        self.turn()

    @property
    def width(self) -> float:
        """Return the width between the margins in points."""
        return self._paper.width - 2 * MARGIN

    def write(
        self, text: str, size: float = SIZE, *, bold: bool = False, width: float | None = None
    ) -> None:
        """Write a paragraph over the whole width, or a narrower one."""
        for line in self._set(text, size, width or self.width, bold=bold):
            self.room(size * _LEADING)
            self._line(line, 0, size)
            self.top += size * _LEADING

    def rule(self) -> None:
        """Draw a line over the whole width."""
        line = Box(left=MARGIN, top=self.top, width=self.width, height=0.5)
        self.sheets.fill(line, "gray")
        self.sheets.color("black")

    def put(self, entry: Entry) -> None:
        """Write what is said beside what it is about, line by line."""
        about = self._set(entry.about, SIZE, _LABEL - 6, bold=True)
        says = self._set(entry.says, SIZE, self.width - _LABEL)
        step = SIZE * _LEADING
        for place in range(max(len(about), len(says))):
            self.room(step)
            for lines, left in ((about, 0.0), (says, _LABEL)):
                if place < len(lines):
                    self._line(lines[place], left, SIZE)
            self.top += step
        self.top += 2

    def height_of(self, entry: Entry) -> float:
        """Return the height that an entry takes in points."""
        about = self._set(entry.about, SIZE, _LABEL - 6, bold=True)
        says = self._set(entry.says, SIZE, self.width - _LABEL)
        return max(len(about), len(says)) * SIZE * _LEADING + 2

    def room(self, height: float) -> None:
        """Turn the page unless so much room is left on it."""
        if self.top + height > self._paper.height - _FOOT:
            self.turn()

    def turn(self) -> None:
        """Begin another page."""
        self._page += 1
        self.sheets.start_page(self._paper)
        self.sheets.color("black")
        (foot, *_) = self._set(f"{self._foot} {self._page}", SMALL, self.width)
        self.sheets.write(foot, MARGIN, self._paper.height - MARGIN, SMALL)
        self.top = MARGIN

    def finish(self) -> bytes:
        """Return the PDF."""
        return self.sheets.finish()

    def _set(self, text: str, size: float, width: float, *, bold: bool = False) -> Sequence[Line]:
        font = self._bold if bold else self._regular
        cleaned = "\n".join(clean(line) for line in text.splitlines())
        lacking = font.lacks(cleaned.replace("\n", ""))
        self.missing.update(MissingGlyph("text", character) for character in lacking)
        measure = Measure(width=width, height=_ENDLESS, size=size, smallest=size, leading=_LEADING)
        setting = set_text(font.paragraphs(cleaned), measure)
        return setting.lines if setting is not None else ()

    def _line(self, line: Line, left: float, size: float) -> None:
        self.sheets.write(line, MARGIN + left, self.top + size, size)
