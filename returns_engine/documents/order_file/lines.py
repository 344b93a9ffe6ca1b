"""The lines of a file, one at a time, so that memory does not grow with the file or with a line."""

from dataclasses import dataclass
from typing import BinaryIO

LONGEST_LINE = 1_000_000
"""In bytes; of a longer one the beginning is kept, to say which it was."""

_BEGINNING = 1_000
_PIECE = 65_536
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class UnusableFile(Exception):  # noqa: N818 - named for what was given
    """Nothing of the file can be taken in; each fault is a sentence."""

    def __init__(self, *faults: str) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line with its number, from 1; `cut` says that it was too long and only begins here."""

    number: int
    raw: bytes
    cut: bool = False


class Lines:
    """Give the lines of a binary file; `bytes_read` is how far it was read."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._number = 0
        self.bytes_read = 0

    def __iter__(self) -> "Lines":
        """Return itself: there is one pass over a file."""
        return self

    def __next__(self) -> Line:
        """Return the next line; raises UnusableFile where it is not text in UTF-8 at all."""
        try:
            return self._next()
        except OSError as error:
            raise UnusableFile(
                f"The file cannot be read beyond line {self._number}: {error.strerror}."
            ) from None

    def _next(self) -> Line:
        raw = self._read(LONGEST_LINE + 1)
        if not raw:
            raise StopIteration
        self._number += 1
        if self._number == 1:
            raw = _without_mark(raw)
        if len(raw) <= LONGEST_LINE:
            return Line(number=self._number, raw=raw)
        rest = raw
        while rest and not rest.endswith(b"\n"):
            rest = self._read(_PIECE)
        return Line(number=self._number, raw=raw[:_BEGINNING], cut=True)

    def _read(self, most: int) -> bytes:
        raw = self._source.readline(most)
        self.bytes_read += len(raw)
        return raw


def _without_mark(raw: bytes) -> bytes:
    if raw.startswith(_UTF16_MARKS):
        raise UnusableFile("The file is UTF-16: save it as UTF-8 (“CSV UTF-8” in a spreadsheet).")
    return raw.removeprefix(_UTF8_MARK)
