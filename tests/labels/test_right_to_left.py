"""Arabic and Hebrew on paper: joined, and from right to left, as their readers write them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_engine.labels.arabic import joined
from returns_engine.labels.cleaning import clean
from returns_engine.labels.direction import as_seen, base_of
from returns_engine.labels.template import load_template
from tests.labels.returns import a_line, page_text, picture_of, printed

REGULAR = load_template().fonts["regular"]


def seen(text):
    """The letters of a line from left to right as they are printed, plain again."""
    line = REGULAR.glyphs(clean(text))
    shown = "".join(glyph.character for glyph in as_seen(line, base_of(line)))
    return unicodedata.normalize("NFKC", shown)


class TestTheOrderOfALine:
    @pytest.mark.parametrize(
        ("read", "from_the_left"),
        [
            ("Dana Reyes (2)", "Dana Reyes (2)"),
            ("שרה כהן", "ןהכ הרש"),
            ("רחוב הרצל 12", "12 לצרה בוחר"),
            ("דירה (4)", "(4) הריד"),
            ("דירה [ב] 4", "4 [ב] הריד"),
            ("From שרה כהן", "From ןהכ הרש"),
            ("Dana (שרה) 12", "Dana (הרש) 12"),
            ("שרה (Dana) 12", "12 (Dana) הרש"),
        ],
    )
    def test_is_that_of_its_script(self, read, from_the_left):
        assert seen(read) == from_the_left

    @given(st.text(st.one_of(st.characters(), st.sampled_from("אבجد()[]<«12 ")), max_size=40))
    def test_loses_and_adds_nothing(self, text):
        line = REGULAR.glyphs(clean(text))

        shown = as_seen(line, base_of(line))
        turned = str.maketrans(")]}>»›", "([{<«‹")
        assert sorted("".join(one.character for one in shown).translate(turned)) == sorted(
            "".join(one.character for one in line).translate(turned)
        )


class TestJoinedLetters:
    def test_take_the_form_of_their_place_in_the_word(self):
        names = [unicodedata.name(letter).split()[-2:] for letter in joined("محمد")]

        assert [form for _, form in names] == ["FORM"] * 4
        assert [place for place, _ in names] == ["INITIAL", "MEDIAL", "MEDIAL", "FINAL"]

    def test_lam_and_alef_are_one_letter(self):
        assert len(joined("لا")) == 1

    def test_persian_keeps_apart_what_it_spells_apart(self):
        assert joined("می‌خواهم")[1] == "\ufbfd"
        assert "\u200c" not in joined("می‌خواهم")

    def test_nothing_else_is_changed(self):
        assert joined("Łukasz Ελένη 山田 שרה") == "Łukasz Ελένη 山田 שרה"

    def test_every_letter_that_is_printed_has_its_form_in_our_fonts(self):
        words = "محمد عبد الله پگاه چگینی گژ ٹڈڑ لأ لإ لآ مُحَمَّد"

        for chain in load_template().fonts.values():
            assert chain.lacks(words) == ()


class TestALabel:
    @pytest.mark.parametrize(
        ("name", "street"),
        [("محمد عبد الله", "شارع التحرير 15"), ("שרה כהן", "רחוב הרצל 12")],
    )
    def test_says_names_and_addresses_as_they_are_read(self, name, street):
        label = printed(customer=(name, street), lines=(a_line(title=f"Seat covers {name}"),))

        assert name in page_text(label, 0)
        assert street in page_text(label, 0)
        # In the title of the item, and on the slip.
        assert [page_text(label, 1).count(word) for word in name.split()] == [2] * len(name.split())
        assert label.missing_glyphs == ()
        assert picture_of(label).crop((48, 70, 380, 102)).getextrema()[0] < 64
