"""Turn bytes from outside into one of the documents' shapes, or say field by field why not."""

import re
from typing import TypeVar

import msgspec

from returns_engine.documents.errors import DocumentError, FieldError, pointer_part
from returns_engine.documents.strict_json import read_json
from returns_engine.documents.wrong_value import Step, expected_form, expected_words

Shape = TypeVar("Shape", bound=msgspec.Struct)

_AT = re.compile(r" - at `(?:\$|key in \$)([^`]*)`$")
_STEP = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+)\]")
_NOT_BLANK = r" matching regex '\\S'"
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*)`")


def read_document(raw: bytes, shape: type[Shape]) -> Shape:
    """Return the document in `raw`, strictly: texts are no numbers, and no field is unknown.

    Raises DocumentError with the fields at fault.
    """
    return shaped(read_json(raw), shape)


def shaped(value: object, shape: type[Shape]) -> Shape:
    """Return a value that was read already in its shape; raises DocumentError likewise."""
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise DocumentError([_field_error(str(error), shape)]) from None


def _field_error(message: str, shape: type[msgspec.Struct]) -> FieldError:
    found = _AT.search(message)
    problem = message[: found.start()] if found else message
    steps = _steps(found[1]) if found else []
    pointer = "".join(f"/{name or index}" for name, index in steps)
    if unknown := _UNKNOWN.fullmatch(problem):
        pointer = f"{pointer}/{pointer_part(unknown[1])}"
        return FieldError(pointer=pointer, code="unknown_field", detail="No such field is known.")
    if missing := _MISSING.fullmatch(problem):
        pointer = f"{pointer}/{pointer_part(missing[1])}"
        return FieldError(pointer=pointer, code="missing_field", detail="The field is missing.")
    # What would be right, instead of a list that is kept to itself, or of a regular expression.
    says = None
    if problem.startswith("Invalid enum value"):
        says = expected_words(shape, steps)
    elif problem.endswith(_NOT_BLANK):
        says = "The text is blank."
    elif " matching regex " in problem:
        says = expected_form(shape, steps)
    detail = says or f"{problem.replace('`', '')}."
    return FieldError(pointer=pointer, code="wrong_value", detail=detail)


def _steps(path: str) -> list[Step]:
    # Of a value in a map msgspec does not say which: then the map itself is named.
    named = path.partition("[...]")[0]
    return _STEP.findall(named)
