"""A case on paper: headings, and under each what is said, on as many pages as it takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from returns_engine.labels.cleaning import clean
from returns_engine.labels.fonts import FontChain
from returns_engine.labels.geometry import A4, POINTS_PER_MM, Box
from returns_engine.labels.sheet import Sheets
from returns_engine.labels.template import load_template
from returns_engine.labels.text import Line, Measure, set_text

_DPI = 300
_MARGIN = 18 * POINTS_PER_MM
_LABEL = 44 * POINTS_PER_MM
_SIZE, _HEADING, _TITLE, _SMALL = 9.0, 12.0, 18.0, 7.5
_LEADING = 1.3
_ENDLESS = 1e7
_FOOT = _MARGIN + 4 * POINTS_PER_MM


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that is said; `about` stands left of it and may be empty. Lines may break."""

    about: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A heading and what stands under it."""

    heading: str
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A case as it is printed; `foot` stands on every page."""

    title: str
    merchant: str
    foot: str
    chapters: Sequence[Chapter]


def render_dossier(dossier: Dossier) -> bytes:
    """Return the dossier as PDF, A4, in any script our fonts have; nothing is ever cut."""
    fonts = load_template().fonts
    pages = _Pages(dossier, fonts["regular"], fonts.get("bold", fonts["regular"]))
    for chapter in dossier.chapters:
        if chapter.entries:
            pages.head(chapter.heading)
            for entry in chapter.entries:
                pages.put(entry)
    return pages.finish()


class _Pages:
    """Writes from the top of a page down, and turns it when it is full."""

    def __init__(self, dossier: Dossier, regular: FontChain, bold: FontChain) -> None:
        self._sheets = Sheets(dpi=_DPI, title=clean(dossier.title), author=clean(dossier.merchant))
        self._foot = clean(dossier.foot)
        self._regular, self._bold = regular, bold
        self._top, self._page = 0.0, 0
        self._turn()
        self._write(self._set(dossier.title, _TITLE, self._width, bold), 0, _TITLE)
        self._top += _TITLE / 2

    @property
    def _width(self) -> float:
        return A4.width - 2 * _MARGIN

    def head(self, heading: str) -> None:
        """Write a heading, with room for what follows on the same page."""
        self._room(_HEADING * _LEADING * 2 + _SIZE * _LEADING)
        self._top += _HEADING / 2
        line = Box(left=_MARGIN, top=self._top, width=self._width, height=0.5)
        self._sheets.fill(line, "gray")
        self._sheets.color("black")
        self._top += _HEADING / 2
        self._write(self._set(heading, _HEADING, self._width, self._bold), 0, _HEADING)
        self._top += 2

    def put(self, entry: Entry) -> None:
        """Write what is said beside what it is about, line by line."""
        about = self._set(entry.about, _SIZE, _LABEL - 6, self._bold)
        says = self._set(entry.says, _SIZE, self._width - _LABEL, self._regular)
        step = _SIZE * _LEADING
        for place in range(max(len(about), len(says))):
            self._room(step)
            for lines, left in ((about, 0.0), (says, _LABEL)):
                if place < len(lines):
                    self._line(lines[place], left, _SIZE)
            self._top += step
        self._top += 2

    def finish(self) -> bytes:
        return self._sheets.finish()

    def _set(self, text: str, size: float, width: float, font: FontChain) -> Sequence[Line]:
        cleaned = "\n".join(clean(line) for line in text.splitlines())
        measure = Measure(width=width, height=_ENDLESS, size=size, smallest=size, leading=_LEADING)
        setting = set_text(font.paragraphs(cleaned), measure)
        return setting.lines if setting is not None else ()

    def _write(self, lines: Sequence[Line], left: float, size: float) -> None:
        for line in lines:
            self._room(size * _LEADING)
            self._line(line, left, size)
            self._top += size * _LEADING

    def _line(self, line: Line, left: float, size: float) -> None:
        self._sheets.write(line, _MARGIN + left, self._top + size, size)

    def _room(self, height: float) -> None:
        if self._top + height > A4.height - _FOOT:
            self._turn()

    def _turn(self) -> None:
        self._page += 1
        self._sheets.start_page(A4)
        self._sheets.color("black")
        foot = self._set(f"{self._foot} · page {self._page}", _SMALL, self._width, self._regular)
        self._sheets.write(foot[0], _MARGIN, A4.height - _MARGIN, _SMALL)
        self._top = _MARGIN
