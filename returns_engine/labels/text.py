"""Set a text into a width: break it into lines, and shrink it until it fits or say that it can't.

Everything is measured once at size 1, because widths grow with the size: a text of a hundred
kilobytes costs no more than reading it once per size tried, and stops where its box is full.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from returns_engine.labels.direction import as_seen, base_of
from returns_engine.labels.fonts import Glyph

LEADING = 1.2
STEP = 0.5
# Widths are sums of fractions; a text as wide as its box must not fail by the last bit.
SLACK = 1e-6

Line = tuple[Glyph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Lines at a size in points; the leading is in points too."""

    lines: tuple[Line, ...]
    size: float
    leading: float

    @property
    def height(self) -> float:
        """Return the height in points."""
        return len(self.lines) * self.leading


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """The room for a text in points, the sizes to try, and whether lines may be broken."""

    width: float
    height: float
    size: float
    smallest: float
    leading: float = LEADING
    wrap: bool = True


def set_text(paragraphs: Sequence[Line], measure: Measure) -> Setting | None:
    """Return the largest setting that fits, its lines as they are seen, or None.

    A word is broken only at the smallest size.
    """
    directed = [(paragraph, base_of(paragraph)) for paragraph in paragraphs]
    for size in _sizes(measure):
        setting = _try_size(directed, measure, size, break_words=False)
        if setting is not None:
            return setting
    if not measure.wrap:
        return None
    return _try_size(directed, measure, measure.smallest, break_words=True)


def width_of(line: Sequence[Glyph]) -> float:
    """Return the width of a line at size 1."""
    return sum(glyph.width for glyph in line)


def _sizes(measure: Measure) -> Iterator[float]:
    size = measure.size
    while size > measure.smallest:
        yield size
        size -= STEP
    yield measure.smallest


def _try_size(
    paragraphs: Sequence[tuple[Line, str | None]],
    measure: Measure,
    size: float,
    *,
    break_words: bool,
) -> Setting | None:
    leading = size * measure.leading
    room = measure.width / size + SLACK
    most = int(measure.height / leading + SLACK)
    lines: list[Line] = []
    for paragraph, base in paragraphs:
        for line in _wrapped(paragraph, room, break_words=break_words, wrap=measure.wrap):
            if line is None or len(lines) == most:
                return None
            lines.append(as_seen(line, base))
    return Setting(lines=tuple(lines), size=size, leading=leading)


def _wrapped(
    paragraph: Sequence[Glyph], room: float, *, break_words: bool, wrap: bool
) -> Iterator[Line | None]:
    """Yield the lines of a paragraph, None where something is wider than the room."""
    line: list[Glyph] = []
    rest: Sequence[Glyph]
    used = 0.0
    for word in _words(paragraph) if wrap else iter([paragraph]):
        width = width_of(_trimmed(word))
        if line and used + width > room:
            yield _trimmed(line)
            line, used = [], 0.0
        if width > room:
            if not break_words or any(glyph.width > room for glyph in word):
                yield None
                return
            *full, rest = _broken(word, room)
            yield from full
        else:
            rest = word
        line.extend(rest)
        used += width_of(rest)
    yield _trimmed(line)


def _words(paragraph: Sequence[Glyph]) -> Iterator[Line]:
    """Yield what stays together on a line, with the spaces that follow it."""
    word: list[Glyph] = []
    for glyph in paragraph:
        if word and _may_break(word[-1], glyph):
            yield tuple(word)
            word = []
        word.append(glyph)
    if word:
        yield tuple(word)


def _may_break(before: Glyph, after: Glyph) -> bool:
    if after.character == " ":
        return False
    if before.character in " -":
        return True
    if _is_wide(after) or _is_wide(before):
        # East Asian text breaks anywhere but before closing and after opening punctuation.
        closing = unicodedata.category(after.character) in {"Pe", "Pf", "Po", "Lm"}
        opening = unicodedata.category(before.character) in {"Ps", "Pi"}
        return not closing and not opening
    return False


def _is_wide(glyph: Glyph) -> bool:
    return unicodedata.east_asian_width(glyph.character) in {"W", "F"}


def _broken(word: Sequence[Glyph], room: float) -> Iterator[Line]:
    """Yield a word in pieces as wide as the room, each of one glyph at least."""
    piece: list[Glyph] = []
    used = 0.0
    for glyph in word:
        if piece and used + glyph.width > room and glyph.character != " ":
            yield tuple(piece)
            piece, used = [], 0.0
        piece.append(glyph)
        used += glyph.width
    yield tuple(piece)


def _trimmed(line: Sequence[Glyph]) -> Line:
    end = len(line)
    while end and line[end - 1].character == " ":
        end -= 1
    return tuple(line[:end])
