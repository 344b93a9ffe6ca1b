"""What a field would take where it was given something else: the words it knows, or its form."""

from collections.abc import Iterable, Iterator
from functools import cache

import msgspec
from msgspec import inspect

Step = tuple[str, str]
"""A name of a field, or an index; the other is empty."""


def expected_words(shape: type[msgspec.Struct], steps: Iterable[Step]) -> str | None:
    """Return the words that the field there may hold, as a sentence; None where any will do."""
    words: list[str] = []
    for kind in _plain(_field(shape, steps)):
        if isinstance(kind, inspect.EnumType):
            words += [str(one.value) for one in kind.cls]
        elif isinstance(kind, inspect.LiteralType):
            words += [str(one) for one in kind.values]
    return f"Expected one of {', '.join(words)}." if words else None


def expected_form(shape: type[msgspec.Struct], steps: Iterable[Step]) -> str | None:
    """Return the form of the text there, as its description says it; None where nothing does."""
    for kind in _every(_field(shape, steps)):
        if isinstance(kind, inspect.Metadata):
            says = (kind.extra_json_schema or {}).get("description")
            if says:
                return f"Expected {says[0].lower()}{says[1:]}"
    return None


_type = cache(inspect.type_info)


def _field(shape: type[msgspec.Struct], steps: Iterable[Step]) -> list[inspect.Type]:
    """Return what the field may be; nothing where the way does not lead to one."""
    found: list[inspect.Type] = [_type(shape)]
    for name, _ in steps:
        found = [below for kind in _plain(found) for below in _below(kind, name)]
    return found


def _below(kind: inspect.Type, name: str) -> Iterator[inspect.Type]:
    if name and isinstance(kind, inspect.StructType):
        yield from (field.type for field in kind.fields if field.encode_name == name)
    if not name and isinstance(kind, inspect.ListType):
        yield kind.item_type


def _plain(kinds: Iterable[inspect.Type]) -> Iterator[inspect.Type]:
    return (kind for kind in _every(kinds) if not isinstance(kind, inspect.Metadata))


def _every(kinds: Iterable[inspect.Type]) -> Iterator[inspect.Type]:
    """Give each type and whatever it stands for: with metadata and without, one after the other."""
    for kind in kinds:
        if isinstance(kind, inspect.UnionType):
            yield from _every(kind.types)
        else:
            yield kind
            if isinstance(kind, inspect.Metadata):
                yield from _every([kind.type])
