"""What a request brings: form fields with brackets, as `metadata[rma]` or `created[gte]`."""

import re
from typing import Any
from urllib.parse import parse_qsl

from returns_engine.sandbox.provider.refusals import bad_parameter

Nested = dict[str, Any]
NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
PART = re.compile(r"\[([^\[\]]*)\]")
MOST_METADATA, LONGEST_NAME, LONGEST_VALUE = 50, 40, 500


def parameters_of(encoded: str) -> Nested:
    """Return the fields as nested dictionaries; lists have their positions as names."""
    found: Nested = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        match = NAME.fullmatch(name)
        if match is None:
            raise bad_parameter(f"The parameter name {name!r} cannot be read.", name)
        _put(found, [match[1], *PART.findall(match[2])], value, name)
    return found


def _put(into: Nested, path: list[str], value: str, name: str) -> None:
    for part in path[:-1]:
        into = into.setdefault(part, {})
        if not isinstance(into, dict):
            raise bad_parameter(f"The parameter {name!r} is given in two shapes.", name)
    # `expand[]` gives no position: each value takes the next one.
    into[path[-1] or str(len(into))] = value


def only(params: Nested, allowed: frozenset[str]) -> None:
    """Refuse a parameter that the call does not have."""
    for name in params:
        if name not in allowed:
            raise bad_parameter(f"This call has no parameter {name!r}.", name, "parameter_unknown")


def text(params: Nested, name: str) -> str | None:
    """Return a plain value, None where it is not given."""
    value = params.get(name)
    if value is None or isinstance(value, str):
        return value
    raise bad_parameter(f"{name} is a single value.", name)


def choice(params: Nested, name: str, allowed: tuple[str, ...]) -> str | None:
    """Return one of the allowed words, None where none is given."""
    value = text(params, name)
    if value is not None and value not in allowed:
        raise bad_parameter(f"{name} is one of {', '.join(allowed)}.", name)
    return value


def integer(params: Nested, name: str, *, least: int, most: int | None = None) -> int | None:
    """Return a whole number within its bounds, None where it is not given."""
    value = text(params, name)
    if value is None:
        return None
    if not re.fullmatch(r"-?[0-9]{1,15}", value):
        raise bad_parameter(f"{name} is no integer.", name, "parameter_invalid_integer")
    number = int(value)
    if number < least or (most is not None and number > most):
        bounds = f"at least {least}" + (f" and at most {most}" if most is not None else "")
        raise bad_parameter(f"{name} is {bounds}.", name, "parameter_invalid_integer")
    return number


def values(params: Nested, name: str) -> list[str]:
    """Return a list's values in the order in which they were given."""
    given = params.get(name, {})
    if isinstance(given, dict) and all(isinstance(value, str) for value in given.values()):
        return list(given.values())
    raise bad_parameter(f"{name} is a list.", name)


def metadata(params: Nested) -> dict[str, str]:
    """Return the metadata within Stripe's limits: 50 names of 40 and values of 500 characters."""
    given = params.get("metadata", {})
    if given == "":
        return {}
    if not isinstance(given, dict) or not all(isinstance(v, str) for v in given.values()):
        raise bad_parameter("metadata is a set of names with texts.", "metadata")
    if len(given) > MOST_METADATA:
        raise bad_parameter(f"metadata holds up to {MOST_METADATA} names.", "metadata")
    for name, value in given.items():
        if len(name) > LONGEST_NAME or len(value) > LONGEST_VALUE:
            raise bad_parameter(f"metadata {name!r} is too long.", f"metadata[{name}]")
    return dict(given)
