"""Read a TOML table key by key, and name file, key and expectation where it is not as it should."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeGuard, TypeVar

from returns_engine.rules.policy import PolicyError

Word = TypeVar("Word", bound=StrEnum)
_LONGEST_SHOWN = 60


class TomlTable:
    """One table of a policy file; every key must be taken, and `finish` refuses what is left."""

    def __init__(self, values: dict[str, object], name: str, path: str = "") -> None:
        self._values = dict(values)
        self._name = name
        self._path = path

    def refuse(self, key: str, expected: str, found: object) -> PolicyError:
        """Return the error for a key that does not hold what it should."""
        return PolicyError(self._name, self._at(key), f"expected {expected}, found {_shown(found)}")

    def table(self, key: str) -> "TomlTable":
        """Take a table."""
        found = self._take(key, "a table")
        if not isinstance(found, dict):
            raise self.refuse(key, "a table", found)
        return TomlTable(found, self._name, self._at(key))

    def remaining(self) -> list[str]:
        """Return the keys that have not been taken."""
        return list(self._values)

    def whole(self, key: str, low: int, high: int) -> int:
        """Take a whole number from `low` to `high`."""
        expected = f"a whole number from {low} to {high}"
        found = self._take(key, expected)
        if not _is_whole(found) or not low <= found <= high:
            raise self.refuse(key, expected, found)
        return found

    def span(self, key: str, high: int) -> tuple[int, int]:
        """Take two whole numbers, the first not above the second."""
        expected = f"two whole numbers from 0 to {high}, the smaller first"
        match self._take(key, expected):
            case [int(first), int(last)] if (
                _is_whole(first) and _is_whole(last) and 0 <= first <= last <= high
            ):
                return first, last
            case found:
                raise self.refuse(key, expected, found)

    def flag(self, key: str) -> bool:
        """Take true or false."""
        found = self._take(key, "true or false")
        if not isinstance(found, bool):
            raise self.refuse(key, "true or false", found)
        return found

    def text(self, key: str, expected: str = "a text that is not empty") -> str:
        """Take a text that is not empty."""
        found = self._take(key, expected)
        if not isinstance(found, str) or not found.strip():
            raise self.refuse(key, expected, found)
        return found

    def choice(self, key: str, choices: Iterable[str]) -> str:
        """Take one of the words given."""
        words = list(choices)
        expected = f"one of {', '.join(words)}"
        found = self._take(key, expected)
        if not isinstance(found, str) or found not in words:
            raise self.refuse(key, expected, found)
        return found

    def words(self, key: str, choices: Iterable[str] | None = None) -> tuple[str, ...]:
        """Take a list of different words, from the choices where there are some."""
        words = None if choices is None else list(choices)
        expected = "a list of different texts" if words is None else f"a list of {', '.join(words)}"
        found = self._take(key, expected)
        if not isinstance(found, list):
            raise self.refuse(key, expected, found)
        for one in found:
            if not isinstance(one, str) or not one or (words is not None and one not in words):
                raise self.refuse(key, expected, one)
        if len(set(found)) != len(found):
            raise self.refuse(key, expected, "a word given twice")
        return tuple(found)

    def members(self, key: str, kind: type[Word]) -> frozenset[Word]:
        """Take a list of words of the trade; the text "all" stands for every one of them."""
        if self._values.get(key) == "all":
            del self._values[key]
            return frozenset(kind)
        return frozenset(kind(word) for word in self.words(key, kind))

    def finish(self) -> None:
        """Refuse keys that nobody took: a setting that does nothing is a mistake."""
        for key in self._values:
            raise PolicyError(self._name, self._at(key), "unknown key, expected none of this name")

    def _take(self, key: str, expected: str) -> object:
        if key not in self._values:
            raise PolicyError(self._name, self._at(key), f"missing, expected {expected}")
        return self._values.pop(key)

    def _at(self, key: str) -> str:
        plain = key.replace("_", "").replace("-", "").isalnum() and key.isascii()
        shown = key if plain else f'"{key}"'
        return f"{self._path}.{shown}" if self._path else shown


def _is_whole(found: object) -> TypeGuard[int]:
    # In Python a bool is an int; in a policy `true` is no number of days.
    return isinstance(found, int) and not isinstance(found, bool)


def _shown(found: object) -> str:
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, dict):
        return "a table"
    shown = repr(found)
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"
