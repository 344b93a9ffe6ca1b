"""Find a glyph for every character: each style is a chain of fonts, the first that has it prints.

reportlab has no fallback of its own and prints nothing where a font lacks a glyph.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]  # it has no annotations
from reportlab.pdfbase.ttfonts import (  # type: ignore[import-untyped]  # it has no annotations
    TTFError,
    TTFont,
)

from returns_engine.labels.arabic import joined, plain_letters

MISSING = "\u25a1"

# reportlab reads a font through one position in its file, and registers fonts for the process:
# two labels must not embed glyphs at the same time, or each would get the other's.
FONT_LOCK = Lock()


class FontError(Exception):
    """A font file cannot be used; says why."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One printed character at size 1: its font, its width, and what it stands for if missing."""

    character: str
    font: str
    width: float
    stands_for: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Neighboring characters of one font."""

    font: str
    text: str


class FontFile:
    """A TrueType font, known to reportlab under a name made from its contents."""

    def __init__(self, path: Path) -> None:
        self.name = f"label-{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}"
        face = _registered(self.name, path).face
        self._widths: Mapping[int, float] = face.charWidths
        self._glyphs: Mapping[int, int] = face.charToGlyph
        self._default = float(face.defaultWidth)

    def has(self, character: str) -> bool:
        """Tell whether the font can print the character."""
        # reportlab prints a no-break space with the glyph of the space.
        return ord(character) in self._glyphs or character == "\u00a0"

    def glyph(self, character: str, stands_for: str | None = None) -> Glyph:
        """Return the character in this font, with its width at size 1."""
        code = 0x20 if character == "\u00a0" else ord(character)
        width = self._widths.get(code, self._default) / 1000
        return Glyph(character, self.name, width, stands_for)


class FontChain:
    """The fonts of one style, tried in turn."""

    def __init__(self, files: Iterable[FontFile]) -> None:
        self._files = tuple(files)
        if not any(file.has(MISSING) for file in self._files):
            raise FontError("has no glyph U+25A1, which stands for missing ones")

    def glyphs(self, text: str) -> tuple[Glyph, ...]:
        """Return the glyphs in the order they are read, Arabic letters joined.

        What no font has becomes U+25A1 and says so.
        """
        return tuple(glyph for character in joined(text) for glyph in self._glyphs_of(character))

    def paragraphs(self, text: str) -> tuple[tuple[Glyph, ...], ...]:
        """Return the glyphs of each line that the text itself breaks."""
        return tuple(self.glyphs(line) for line in text.split("\n"))

    def lacks(self, text: str) -> tuple[str, ...]:
        """Return the characters no font of the chain has, sorted."""
        return tuple(sorted({glyph.stands_for for glyph in self.glyphs(text) if glyph.stands_for}))

    def _glyphs_of(self, character: str) -> Iterator[Glyph]:
        plain = plain_letters(character)
        if self._has(character) or plain == character:
            yield self._glyph(character)
        else:
            # A font without joined forms still has the letter.
            yield from map(self._glyph, plain)

    def _has(self, character: str) -> bool:
        return any(file.has(character) for file in self._files)

    def _glyph(self, character: str) -> Glyph:
        for file in self._files:
            if file.has(character):
                return file.glyph(character)
        placeholder = next(file for file in self._files if file.has(MISSING))
        return placeholder.glyph(MISSING, stands_for=character)


def runs(glyphs: Iterable[Glyph]) -> tuple[Run, ...]:
    """Join neighboring glyphs of one font."""
    joined: list[tuple[str, list[str]]] = []
    for glyph in glyphs:
        if joined and joined[-1][0] == glyph.font:
            joined[-1][1].append(glyph.character)
        else:
            joined.append((glyph.font, [glyph.character]))
    return tuple(Run(font, "".join(characters)) for font, characters in joined)


def _registered(name: str, path: Path) -> TTFont:
    with FONT_LOCK:
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(_opened(name, path))
        font = pdfmetrics.getFont(name)
    if font.fontName != name:
        # reportlab keeps the first font of a face name and would silently print that one.
        raise FontError(f"{path.name} has the face name of another font in use")
    return font


def _opened(name: str, path: Path) -> TTFont:
    try:
        return TTFont(name, str(path), subfontIndex=0)
    except TTFError as error:
        raise FontError(f"{path.name} is no TrueType font with outlines: {error}") from None
