"""One color of the merchant's, and all that the pages make of it, readable in light and dark.

Contrast as WCAG 2.2 counts it: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.
"""

import re
from collections.abc import Mapping

READABLE = 4.5
"""What WCAG AA asks of text that is not large."""

_WHITE, _BLACK = "#ffffff", "#000000"
# The darkest light, and the lightest dark, that text in the accent stands on (returns.css).
_SUNKEN_LIGHT, _SURFACE_DARK = "#efece4", "#1b2320"
_STEPS = 50
_NEARLY_BLACK = 0.04045


def is_color(text: str) -> bool:
    """Tell whether a text is a color as pages write it: # and six digits of base sixteen."""
    return re.fullmatch(r"#[0-9a-fA-F]{6}", text) is not None


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colors, from 1 for the same up to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mixed(color: str, other: str, share: float) -> str:
    """Return `color` with a `share` of `other` in it, from 0 to 1."""
    pairs = zip(_channels(color), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def accent_contrast(accent: str) -> float:
    """Return the least contrast the accent has: under white text, and as text on light paper."""
    return min(contrast(accent, _WHITE), contrast(accent, _SUNKEN_LIGHT))


def light_palette(accent: str) -> Mapping[str, str]:
    """Return the custom properties of the pages by day."""
    return {
        "brand": accent,
        "brand-strong": mixed(accent, _BLACK, 0.25),
        "on-brand": _WHITE,
        "brand-soft": _until_readable(accent, mixed(accent, _WHITE, 0.88), _WHITE),
        "masthead": mixed(accent, _BLACK, 0.12),
        "on-masthead": _WHITE,
    }


def dark_palette(accent: str) -> Mapping[str, str]:
    """Return the custom properties of the pages by night, which are lighter on darker."""
    soft = mixed(accent, _SURFACE_DARK, 0.75)
    ground = max(soft, _SURFACE_DARK, key=_luminance)
    brand = _until_readable(ground, accent, _WHITE)
    return {
        "brand": brand,
        "brand-strong": mixed(brand, _WHITE, 0.35),
        "on-brand": _BLACK,
        "brand-soft": soft,
        "masthead": mixed(accent, _BLACK, 0.45),
        "on-masthead": _WHITE,
    }


def _until_readable(fixed: str, color: str, towards: str) -> str:
    """Return `color`, moved as little `towards` another as makes it readable with `fixed`."""
    for step in range(_STEPS + 1):
        moved = mixed(color, towards, step / _STEPS)
        if contrast(fixed, moved) >= READABLE:
            return moved
    return towards


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _luminance(color: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= _NEARLY_BLACK else ((channel + 0.055) / 1.055) ** 2.4
