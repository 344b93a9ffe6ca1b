import re

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from returns_engine.texts import catalogue
from returns_engine.texts.catalogue import (
    LOCALES,
    available_locales,
    catalogue_files,
    customer_languages,
    language_or_default,
    load_translations,
)
from returns_engine.texts.extraction import messages_of, rewrite

EVERY_CATALOGUE = [
    (file.stem, locale) for locale in available_locales() for file in catalogue_files(locale)
]
TRANSLATED = [(room, locale) for room, locale in EVERY_CATALOGUE if locale != "en"]
_PLACE = re.compile(r"%\(\w+\)s|<[^>]+>")


def texts_of(room: str, locale: str) -> list[Message]:
    file = LOCALES / locale / "LC_MESSAGES" / f"{room}.po"
    with file.open("rb") as source:
        return [message for message in read_po(source, locale=locale) if message.id]


def places(text: str) -> list[str]:
    return sorted(_PLACE.findall(text))


class TestCatalogues:
    def test_english_and_spanish_are_there_for_customers(self):
        assert {"en", "es"} <= set(customer_languages())

    def test_a_language_without_a_catalogue_is_an_error(self):
        with pytest.raises(FileNotFoundError, match="xx"):
            load_translations("xx")

    @pytest.mark.parametrize("kept", ["xx", "", None])
    def test_a_language_nobody_speaks_is_english_to_a_customer(self, kept):
        assert language_or_default(kept) == "en"

    @pytest.mark.parametrize(("room", "locale"), EVERY_CATALOGUE)
    def test_hold_every_text_of_the_source_and_no_other(self, room, locale):
        kept = (LOCALES / locale / "LC_MESSAGES" / f"{room}.po").read_bytes()

        assert kept == rewrite(room, locale), "run python -m returns_engine.texts.extraction"

    def test_the_sentences_of_the_next_steps_are_among_them(self):
        texts = {message for message, _, _ in messages_of("messages")}

        assert "Put the label on your parcel and send it to us." in texts


class TestATranslation:
    @pytest.mark.parametrize(("room", "locale"), TRANSLATED)
    def test_leaves_nothing_out_and_guesses_nothing(self, room, locale):
        wanting = [
            message.id
            for message in texts_of(room, locale)
            if message.fuzzy or not all(_forms(message.string))
        ]

        assert wanting == []

    @pytest.mark.parametrize(("room", "locale"), TRANSLATED)
    def test_fills_in_what_the_english_fills_in(self, room, locale):
        wrong = [
            (message.id, form)
            for message in texts_of(room, locale)
            for form in _forms(message.string)
            if places(form) not in [places(one) for one in _forms(message.id)]
        ]

        assert wrong == []

    def test_needs_a_folder_and_an_empty_file_to_begin_with(self, tmp_path, monkeypatch):
        folder = tmp_path / "fr" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "messages.po").touch()
        monkeypatch.setattr(catalogue, "LOCALES", tmp_path)
        monkeypatch.setattr("returns_engine.texts.extraction.LOCALES", tmp_path)

        (folder / "messages.po").write_bytes(rewrite("messages", "fr"))

        assert available_locales() == ("fr",)
        assert customer_languages.__wrapped__() == ("fr",)
        assert "plural=(n > 1)" in (folder / "messages.po").read_text()
        assert load_translations("fr").gettext("Your order") == "Your order"


def _forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)
