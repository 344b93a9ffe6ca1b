"""The shapes of bodies and answers, with the values of every list explained."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from returns_engine.web.api.description.answers import REFERENCE
from returns_engine.web.api.description.enum_values import ENUM_VALUES, explain
from returns_engine.web.api.shapes.problems import Problem

# What a requirement or an audit is numbered by means nothing to who reads this.
_SOURCES = re.compile(r" \((?:[A-Z]-|[A-Z])?\d+(?:(?:,| to) (?:[A-Z]-|[A-Z])?\d+)*\)")


_MOST = 2**63 - 1
_LEAST = -_MOST
_OURS = {"required": ["order_number"], "properties": {"order_number": {"type": "string"}}}
_THEIRS = {"required": ["order"], "properties": {"order": {"type": "object"}}}


def schemas(
    shapes: Iterable[Any], examples: Mapping[str, Any], *, checks: Iterable[str]
) -> dict[str, Any]:
    """Return the schema of each shape, and of all that they are made of, by name.

    `checks` are those that the policy has for the bench.
    """
    _, found = msgspec.json.schema_components([*shapes, Problem], ref_template=REFERENCE)
    named = {name: _named(name, schema, examples) for name, schema in sorted(found.items())}
    # What no type says: of these two one is sent, and the policy names the checks.
    named["DecisionBody"]["oneOf"] = [_OURS, _THEIRS]
    named["InspectedBody"]["properties"]["checks"] |= {
        "description": "Whether the unit passes each check of the policy that somebody looked at.",
        "propertyNames": {"enum": list(checks)},
    }
    return named


def _named(name: str, schema: Any, examples: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - JSON
    plain: dict[str, Any] = _readable(schema)
    if "enum" in plain:
        return explain(name, plain)
    example = examples.get(name)
    return plain if example is None else plain | {"examples": [example]}


def _readable(schema: Any) -> Any:  # noqa: ANN401 - JSON
    """Return the schema in the words of JSON Schema alone, without our own sources."""
    if isinstance(schema, list):
        return [_readable(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _readable(value) for name, value in schema.items()}
    if isinstance(plain.get("description"), str):
        plain["description"] = _SOURCES.sub("", plain["description"])
    if isinstance(plain.get("pattern"), str):
        # Python's end of a text is not JSON Schema's.
        plain["pattern"] = plain["pattern"].replace("\\Z", "$")
    if plain.get("type") == "integer":
        # What `documents/strict_json.py` takes for a number at all.
        plain = {"format": "int64", "minimum": _LEAST, "maximum": _MOST} | plain
    return _explained_in_place(plain)


def _explained_in_place(schema: dict[str, Any]) -> dict[str, Any]:
    """Explain a list of values that has no name of its own, by the list that has the same."""
    values = schema.get("enum")
    if not isinstance(values, list) or "title" in schema:
        return schema
    if len(values) == 1:
        return {"const": values[0]}
    same = [name for name, says in ENUM_VALUES.items() if sorted(says) == sorted(values)]
    return explain(same[0], schema) if same else schema
