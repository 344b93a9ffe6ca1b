"""Where the keyboard is: the ring is seen on every surface (WCAG 2.2, 1.4.11)."""

import re

import pytest

from returns_engine.rules.colors import contrast
from returns_engine.web.pages import OWN_FILES

ENOUGH = 3
SURFACES = ("paper", "surface", "sunken", "brand-soft", "amber-soft", "red-soft", "blue-soft")
STYLE = (OWN_FILES / "returns.css").read_text()
DAY, NIGHT = STYLE.split("@media (prefers-color-scheme: dark)")[:2]


def colors(style: str) -> dict[str, str]:
    """Return the colors of the first block that names them."""
    found = re.findall(r"--([\w-]+): (#[0-9a-f]{6});", style)
    return dict(reversed(found))


class TestTheRingOfTheFocus:
    @pytest.mark.parametrize("surface", SURFACES)
    @pytest.mark.parametrize("style", [DAY, NIGHT], ids=["by day", "by night"])
    def test_stands_out_from_what_is_around_it(self, style: str, surface: str):
        assert contrast(colors(style)["focus"], colors(style)[surface]) >= ENOUGH

    def test_has_no_other_color(self):
        rings = re.findall(r"focus[^{]*{[^}]*outline: \S+ \S+ ([^;]+);", STYLE)

        assert set(rings) == {"var(--focus)"}
