from itertools import product

import pytest

from returns_engine.rules.colors import (
    READABLE,
    accent_contrast,
    contrast,
    dark_palette,
    is_color,
    light_palette,
    mixed,
)

SHADES = ("00", "33", "66", "99", "cc", "ff")
ALLOWED = [
    color
    for color in (f"#{''.join(shades)}" for shades in product(SHADES, repeat=3))
    if accent_contrast(color) >= READABLE
]


class TestContrast:
    @pytest.mark.parametrize(
        ("one", "other", "expected"),
        # As https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio has it.
        [
            ("#ffffff", "#000000", 21),
            ("#777777", "#ffffff", 4.48),
            ("#767676", "#ffffff", 4.54),
            ("#0000ff", "#ffffff", 8.59),
        ],
    )
    def test_is_counted_as_wcag_counts_it(self, one: str, other: str, expected: float):
        assert contrast(one, other) == contrast(other, one) == pytest.approx(expected, abs=0.005)

    def test_mixes_by_share(self):
        assert mixed("#000000", "#ffffff", 0) == "#000000"
        assert mixed("#000000", "#ffffff", 1) == "#ffffff"
        assert mixed("#204060", "#406080", 0.5) == "#305070"

    @pytest.mark.parametrize("text", ["red", "#fff", "#12345g", "#1234567", "#112233;}"])
    def test_is_of_colors_alone(self, text: str):
        assert not is_color(text)


class TestWhatIsMadeOfAnAccent:
    def test_can_be_chosen_from(self):
        assert len(ALLOWED) > 60
        assert "#0e5a4f" not in ALLOWED
        assert accent_contrast("#0e5a4f") > READABLE
        assert accent_contrast("#ffcc00") < READABLE

    @pytest.mark.parametrize("accent", ALLOWED)
    def test_can_be_read_by_day_and_by_night(self, accent: str):
        day, night = light_palette(accent), dark_palette(accent)
        wrong = [
            (palette[text], ground)
            for palette, grounds in ((day, ("#ffffff", "#efece4")), (night, ("#121715", "#1b2320")))
            for text, ground in (
                *(("brand", one) for one in (*grounds, palette["brand-soft"])),
                *(("brand-strong", one) for one in grounds),
                ("on-brand", palette["brand"]),
                ("on-brand", palette["brand-strong"]),
                ("on-masthead", palette["masthead"]),
            )
            if contrast(palette[text], ground) < READABLE
        ]
        assert wrong == []
