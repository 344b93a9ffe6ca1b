"""Read JSON strictly: what two readers could understand differently is refused.

Refused: a key given twice, numbers with a point or an exponent (money is whole), NaN, texts with
NUL or half of a surrogate pair, nesting without end, and anything but UTF-8.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from returns_engine.documents.errors import DocumentError, FieldError, pointer_part

MOST_ERRORS = 20
_DEEPEST = 32
_LARGEST = 2**63 - 1
_LONGEST_NUMBER = 20

_SURROGATE = re.compile("[\ud800-\udfff]")
_STRING_OR_CONSTANT = re.compile(r'"(?:\\.|[^"\\])*"|(-?Infinity|NaN)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Refused:
    """A value that cannot be taken, left in its place until its pointer is known."""

    code: str
    detail: str


class _Object(dict[str, object]):
    """A JSON object that remembers which of its keys came twice."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        self.twice: list[str] = []
        if len(self) < len(pairs):
            counts = Counter(key for key, _ in pairs)
            self.twice = [key for key, count in counts.items() if count > 1]


def read_json(raw: bytes) -> object:
    """Return the value in `raw`: dicts, lists, texts, integers, booleans and None.

    Raises DocumentError: with the text line for a syntax error, else with JSON pointers.
    """
    value = _parsed(_decoded(raw))
    errors = []
    for error in _faults(value, "", 0):
        errors.append(error)
        if len(errors) == MOST_ERRORS:
            break
    if errors:
        raise DocumentError(errors)
    return value


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _syntax_error(line, "The text is not UTF-8.") from None


def _parsed(text: str) -> object:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _syntax_error(error.lineno, f"This is not JSON: {error.msg}.") from None
    except _NotANumber as error:
        line = _line_of_constant(text)
        raise _syntax_error(line, f"This is not JSON: {error.args[0]} is no number.") from None
    except RecursionError:
        raise DocumentError([_too_deep("")]) from None


class _NotANumber(Exception):  # noqa: N818 - never leaves this file
    """NaN or Infinity, which Python's reader would take."""


def _constant(word: str) -> object:
    raise _NotANumber(word)


def _line_of_constant(text: str) -> int:
    for match in _STRING_OR_CONSTANT.finditer(text):
        if match[1]:
            return text.count("\n", 0, match.start()) + 1
    return 1


def _float(digits: str) -> object:
    detail = f"Expected a whole number without point or exponent, found {digits[:30]}."
    return _Refused("not_a_whole_number", detail)


def _whole(digits: str) -> object:
    if len(digits) <= _LONGEST_NUMBER and abs(int(digits)) <= _LARGEST:
        return int(digits)
    return _Refused("number_too_large", "The number is too large.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_Object, parse_float=_float, parse_int=_whole, parse_constant=_constant
)


def _faults(value: object, at: str, depth: int) -> Iterator[FieldError]:
    if depth > _DEEPEST:
        yield _too_deep(at)
    elif isinstance(value, _Refused):
        yield FieldError(pointer=at, code=value.code, detail=value.detail)
    elif isinstance(value, str):
        yield from _text_faults(value, at)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _faults(item, f"{at}/{index}", depth + 1)
    elif isinstance(value, _Object):
        yield from _object_faults(value, at, depth)


def _object_faults(value: _Object, at: str, depth: int) -> Iterator[FieldError]:
    for key in value.twice:
        detail = "The key is given twice."
        yield FieldError(pointer=f"{at}/{pointer_part(key)}", code="duplicate_key", detail=detail)
    for key, item in value.items():
        below = f"{at}/{pointer_part(key)}"
        yield from _text_faults(key, below)
        yield from _faults(item, below, depth + 1)


def _text_faults(text: str, at: str) -> Iterator[FieldError]:
    if "\0" in text:
        yield FieldError(pointer=at, code="nul_in_text", detail="The text holds a NUL.")
    if _SURROGATE.search(text):
        detail = "The text holds half of a surrogate pair."
        yield FieldError(pointer=at, code="lone_surrogate", detail=detail)


def _too_deep(at: str) -> FieldError:
    detail = f"The document is nested more than {_DEEPEST} deep."
    return FieldError(pointer=at, code="too_deep", detail=detail)


def _syntax_error(line: int, detail: str) -> DocumentError:
    return DocumentError([FieldError(pointer="", code="syntax", detail=detail, line=line)])
