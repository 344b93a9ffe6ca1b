import pytest

from returns_engine.texts.catalogue import LOCALES, available_locales, load_translations
from returns_engine.texts.extraction import ROOMS, messages_of, rewrite

EVERY_CATALOGUE = [(room, locale) for room in ROOMS for locale in available_locales()]


class TestCatalogues:
    def test_english_is_there(self):
        assert "en" in available_locales()

    def test_a_language_without_a_catalogue_is_an_error(self):
        with pytest.raises(FileNotFoundError, match="xx"):
            load_translations("xx")

    @pytest.mark.parametrize(("room", "locale"), EVERY_CATALOGUE)
    def test_hold_every_text_of_the_source_and_no_other(self, room, locale):
        kept = (LOCALES / locale / "LC_MESSAGES" / f"{room}.po").read_bytes()

        assert kept == rewrite(room, locale), "run python -m returns_engine.texts.extraction"

    def test_the_sentences_of_the_next_steps_are_among_them(self):
        texts = {message for message, _, _ in messages_of("messages")}

        assert "Put the label on your parcel and send it to us." in texts
