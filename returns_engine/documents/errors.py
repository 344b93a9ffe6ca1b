"""What is wrong with a document from outside, field by field."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """One fault; `pointer` is a JSON pointer, `line` the text line of a syntax error alone."""

    pointer: str
    code: str
    detail: str
    line: int | None = None

    @property
    def place(self) -> str:
        """Return where to look: the text line, else the JSON pointer, else the whole document."""
        if self.line is not None:
            return f"line {self.line}"
        return self.pointer or "(the whole document)"


class DocumentError(Exception):
    """A document cannot be read: bad syntax, an unknown or missing field, a wrong type."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(f"{error.place}: {error.detail}" for error in errors))
        self.errors = tuple(errors)


def pointer_part(key: str) -> str:
    """Escape a key for a JSON pointer (RFC 6901), and whatever in it cannot be printed."""
    if not key.isprintable():
        key = "".join(
            char if char.isprintable() else char.encode("unicode_escape").decode() for char in key
        )
    return key.replace("~", "~0").replace("/", "~1")
