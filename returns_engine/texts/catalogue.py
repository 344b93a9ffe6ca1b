"""The message catalogues: gettext's .po files, read as they are when a process starts."""

import io
from functools import cache
from gettext import NullTranslations
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LOCALES = Path(__file__).parent / "locale"
DEFAULT_LOCALE = "en"


def available_locales() -> tuple[str, ...]:
    """Return the languages there is a catalogue for; adding one is adding its folder."""
    return tuple(sorted(folder.parent.name for folder in LOCALES.glob("*/LC_MESSAGES")))


@cache
def customer_languages() -> tuple[str, ...]:
    """Return the languages customers can read: those with a catalogue of the engine's texts."""
    return tuple(
        language
        for language in available_locales()
        if any(file.stem == "messages" for file in catalogue_files(language))
    )


def catalogue_files(locale: str) -> list[Path]:
    """Return the .po files of a language: one for the engine, one for the staff's side."""
    return sorted((LOCALES / locale / "LC_MESSAGES").glob("*.po"))


def language_or_default(language: str | None) -> str:
    """Return `language` where customers can read it, else English."""
    return language if language in customer_languages() else DEFAULT_LOCALE


def load_translations(locale: str) -> NullTranslations:
    """Read the catalogues of `locale`; raises FileNotFoundError where there is none.

    A message without a translation speaks for itself: the ids are English sentences.
    """
    files = catalogue_files(locale)
    if not files:
        raise FileNotFoundError(f"There is no message catalogue for {locale!r} in {LOCALES}.")
    merged = Translations()
    for file in files:
        merged.merge(_read(file, locale))
    return merged


def _read(file: Path, locale: str) -> Translations:
    with file.open("rb") as source:
        catalogue = read_po(source, locale=locale)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(fp=compiled)
