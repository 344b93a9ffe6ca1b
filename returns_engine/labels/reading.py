"""Read a template's TOML strictly: every key is known, every value is what it should be."""

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path


class TemplateError(Exception):
    """A template is not what it should be; says file, key and what was expected there."""

    def __init__(self, file: str, key: str, expected: str) -> None:
        super().__init__(f"{file}: {key}: expected {expected}")
        self.file = file
        self.key = key
        self.expected = expected


class Section:
    """One table of the file; remembers what was asked for, so that `finish` can refuse the rest."""

    def __init__(self, values: Mapping[str, object], file: str, key: str = "") -> None:
        self._values = values
        self._known: set[str] = set()
        self.file = file
        self.key = key

    def path(self, key: str) -> str:
        """Return the key as a reader of the file would look for it: `pages[0].elements[2].left`."""
        return f"{self.key}.{key}" if self.key else key

    def error(self, key: str, expected: str) -> TemplateError:
        """Return the error for `key` of this table, showing what stands there instead."""
        found = self._values.get(key)
        shown = "nothing" if found is None else repr(found)
        return TemplateError(self.file, self.path(key), f"{expected}; found {shown[:80]}")

    def keys(self) -> tuple[str, ...]:
        """Return the keys the file gives in this table, for tables whose keys are names."""
        return tuple(self._values)

    def has(self, key: str) -> bool:
        """Tell whether the file gives `key`."""
        self._known.add(key)
        return key in self._values

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; without a default the key must be there and not be empty."""
        if not self.has(key) and default is not None:
            return default
        value = self._values.get(key)
        if not isinstance(value, str) or not value:
            raise self.error(key, "a text")
        return value

    def number(self, key: str, *, least: float, most: float, default: float | None = None) -> float:
        """Return a number between `least` and `most`, both included."""
        if not self.has(key) and default is not None:
            return default
        value = self._values.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(key, f"a number from {least:g} to {most:g}")
        # Not-a-number compares false with everything, so it is refused here too.
        if not least <= value <= most:
            raise self.error(key, f"a number from {least:g} to {most:g}")
        return float(value)

    def count(self, key: str, *, least: int, most: int, default: int | None = None) -> int:
        """Return a whole number between `least` and `most`, both included."""
        value = self.number(key, least=least, most=most, default=default)
        if value != int(value):
            raise self.error(key, f"a whole number from {least} to {most}")
        return int(value)

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._values.get(key, default)
        self._known.add(key)
        if not isinstance(value, bool):
            raise self.error(key, "true or false")
        return value

    def word(self, key: str, choices: Collection[str], default: str | None = None) -> str:
        """Return one of the given words."""
        if not self.has(key) and default is not None:
            return default
        value = self._values.get(key)
        if not isinstance(value, str) or value not in choices:
            raise self.error(key, f"one of {', '.join(choices)}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts that is not empty."""
        self._known.add(key)
        value = self._values.get(key)
        if not isinstance(value, list) or not value:
            raise self.error(key, "a list of texts")
        if not all(isinstance(text, str) and text for text in value):
            raise self.error(key, "a list of texts")
        return tuple(value)

    def section(self, key: str) -> "Section":
        """Return the table under `key`."""
        self._known.add(key)
        value = self._values.get(key)
        if not isinstance(value, dict):
            raise self.error(key, "a table")
        return Section(value, self.file, self.path(key))

    def sections(self, key: str) -> tuple["Section", ...]:
        """Return the tables of the list under `key`, at least one."""
        self._known.add(key)
        value = self._values.get(key)
        if not isinstance(value, list) or not value:
            raise self.error(key, "one table or more")
        for entry in value:
            if not isinstance(entry, dict):
                raise self.error(key, "tables alone")
        return tuple(
            Section(entry, self.file, f"{self.path(key)}[{index}]")
            for index, entry in enumerate(value)
        )

    def finish(self) -> None:
        """Refuse keys that nobody asked for: a misspelled key must not go unnoticed."""
        for key in self._values:
            if key not in self._known:
                known = ", ".join(sorted(self._known))
                raise TemplateError(
                    self.file, self.path(key), f"a known key here ({known}); this one is unknown"
                )


def read_toml(path: Path) -> Section:
    """Return the whole file as a table; raise TemplateError naming the line of a syntax error."""
    try:
        text = path.read_bytes().decode()
        return Section(tomllib.loads(text), path.name)
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(path.name, "the file", f"valid TOML: {error}") from None
    except UnicodeDecodeError as error:
        raise TemplateError(path.name, f"byte {error.start}", "text in UTF-8") from None
    except OSError as error:
        raise TemplateError(path.name, "the file", f"a readable file: {error.strerror}") from None
