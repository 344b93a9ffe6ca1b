"""The message catalogues: gettext's .po files, read as they are when a process starts."""

import io
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


def catalogue_files(locale: str) -> list[Path]:
    """Return the .po files of a language: one for the engine, one for the staff's side."""
    return sorted((LOCALES / locale / "LC_MESSAGES").glob("*.po"))


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
