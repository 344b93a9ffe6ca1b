"""Gather every text of the source for the catalogues: `python -m returns_engine.texts.extraction`.

Run it after changing a text or a template; it rewrites the .po files of every language and keeps
the translations that are there. A language has those files that lie in its folder: the staff's
side, `admin.po`, speaks English alone so far.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from returns_engine.texts.catalogue import LOCALES, available_locales, catalogue_files

HOUSE = Path(__file__).parents[2]
ROOMS = {"messages": "returns_engine", "admin": "admin"}
_METHODS = [
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.txt", "jinja2"),
    ("**/templates/**.jinja", "jinja2"),
    ("**.py", "python"),
]
# `_step` writes the next steps in rules/, which stands below this room and marks nothing.
_KEYWORDS = {"gettext": None, "ngettext": (1, 2), "_": None, "mark": None, "_step": (3,)}
_OPTIONS = {"**": {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}}


def messages_of(room: str) -> Iterator[tuple[str | tuple[str, ...], str, int]]:
    """Yield every text of a root package, with the file and the line it stands in."""
    found = extract_from_dir(
        HOUSE / ROOMS[room], method_map=_METHODS, options_map=_OPTIONS, keywords=_KEYWORDS
    )
    for file, line, message, _, _ in found:
        if message:
            yield message, f"{ROOMS[room]}/{file}", line


def catalogue_of(room: str) -> Catalog:
    """Return the texts of a root package as a catalogue without translations."""
    catalogue = Catalog(project="returns-engine", charset="utf-8", fuzzy=False)
    for message, file, _ in messages_of(room):
        # Line numbers would change the catalogue with every edit of a template.
        catalogue.add(message, locations=[(file, 1)])
    return catalogue


def rewrite(room: str, locale: str) -> bytes:
    """Return the .po file of a room in a language, with the translations it has kept."""
    file = LOCALES / locale / "LC_MESSAGES" / f"{room}.po"
    catalogue = Catalog(locale=locale, project="returns-engine", charset="utf-8", fuzzy=False)
    if file.exists():
        catalogue = read_po(io.BytesIO(file.read_bytes()), locale=locale)
    catalogue.update(catalogue_of(room), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    written = io.BytesIO()
    write_po(
        written, catalogue, width=100, sort_output=True, omit_header=True, include_lineno=False
    )
    # What Babel knows of the language, never what an older file says.
    plurals = Catalog(locale=locale).plural_forms
    return _HEADER % (locale.encode(), plurals.encode()) + written.getvalue()


# No dates and no names: the same texts give the same file.
_HEADER = b"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: %s\\n"
"Plural-Forms: %s\\n"

"""


def main() -> None:
    """Rewrite every catalogue."""
    for locale in available_locales():
        for file in catalogue_files(locale):
            file.write_bytes(rewrite(file.stem, locale))


if __name__ == "__main__":
    main()
