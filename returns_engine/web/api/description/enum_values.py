"""What the values of the API's lists mean, from the one table in `enum_values.toml`."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ENUM_VALUES: Mapping[str, Mapping[str, str]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
"""A sentence for each value, by the name of its list."""


def explain(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a list with each value explained, for people and for viewers.

    `x-enumDescriptions` is what viewers and generators read; the description is for all others.
    """
    says = ENUM_VALUES[name]
    values = "\n".join(f"- `{value}`: {says[value]}" for value in _in_order(says, schema["enum"]))
    return schema | {
        "type": "string",
        "enum": _in_order(says, schema["enum"]),
        "description": f"{schema.get('description', '')}\n\n{values}".strip(),
        "x-enumDescriptions": {value: says[value] for value in _in_order(says, schema["enum"])},
    }


def _in_order(says: Mapping[str, str], values: list[str]) -> list[str]:
    """Return `values` in the order of their explanations, which is that of the trade."""
    return sorted(values, key=list(says).index)
