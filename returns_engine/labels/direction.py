"""Put a line in the order in which it is seen: Arabic and Hebrew run from right to left."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from bidi import get_base_level, get_display  # type: ignore[import-untyped]  # no annotations

from returns_engine.labels.fonts import Glyph

_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_TURNED = dict(zip("()[]{}<>«»‹›", ")(][}{><»«›‹", strict=True))

# What follows a bracket while a line is ordered: a mark that no cleaned text has, which Unicode
# keeps at its bracket. Where it then stands before the bracket, that part was turned around.
_MARK = "\U000e0100"
_BRACKET = re.compile(f"{_MARK}(.)|([{re.escape(''.join(_TURNED))}]){_MARK}")


def base_of(paragraph: Sequence[Glyph]) -> str | None:
    """Return the direction of a paragraph by its first strong letter, `R` or `L`.

    None where all of it runs from the left, so that nothing has to be ordered.
    """
    if not any(unicodedata.bidirectional(one.character) in _RIGHT_TO_LEFT for one in paragraph):
        return None
    return "R" if get_base_level("".join(one.character for one in paragraph)) else "L"


def as_seen(line: Sequence[Glyph], base: str | None) -> tuple[Glyph, ...]:
    """Return the glyphs of a line from left to right, by Unicode's rules (UAX 9)."""
    if base is None:
        return tuple(line)
    known = {one.character: one for one in line}
    marked = "".join(one + _MARK if one in _TURNED else one for one in map(_character, line))
    ordered = _BRACKET.sub(_bracket_as_seen, get_display(marked, base_dir=base))
    return tuple(known.get(one) or replace(known[_TURNED[one]], character=one) for one in ordered)


def _character(glyph: Glyph) -> str:
    return glyph.character


def _bracket_as_seen(found: re.Match[str]) -> str:
    # The library orders and leaves brackets as they are; seen from the right, they open the other
    # way (rule L4).
    return _TURNED[found[1]] if found[1] else found[2]
