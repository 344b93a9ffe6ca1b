"""What stands in an address or a header: each parameter with its form and a sentence."""

from collections.abc import Iterable, Mapping
from typing import Any

_ID = {"type": "string", "format": "uuid"}
_PATH: Mapping[str, tuple[str, Mapping[str, Any], str]] = {
    "order_number": (
        "The order's number in the shop.",
        {"type": "string", "minLength": 1, "maxLength": 100},
        "EKR-1001",
    ),
    "number": (
        "The return's number, in any letter case. What is none is answered as one not there.",
        {"type": "string", "minLength": 1},
        "RMA-0123456B",
    ),
    "decision_id": ("The `decision_id` of a refusal.", _ID, "00000000-0000-4000-8000-000000000001"),
    "message_id": ("A message's `id`.", _ID, "00000000-0000-4000-8000-000000000002"),
    "parcel_id": ("A parcel's `id`.", _ID, "00000000-0000-4000-8000-000000000003"),
    "photo_id": ("A photo's id.", _ID, "00000000-0000-4000-8000-000000000008"),
    "refund_id": ("A refund's `id`.", _ID, "00000000-0000-4000-8000-000000000004"),
    "compensation_id": (
        "A compensation's `id`.",
        _ID,
        "00000000-0000-4000-8000-000000000005",
    ),
    "replacement_id": ("A replacement's `id`.", _ID, "00000000-0000-4000-8000-000000000006"),
    "choice_id": ("A choice's `id`.", _ID, "00000000-0000-4000-8000-000000000007"),
}
_QUERY: Mapping[str, str] = {
    "state": "Only those in this state.",
    "standing": "Only those that stand so.",
    "order_number": "Only those of this order.",
    "q": "A part of the RMA, order or tracking number, the name, the e-mail address or the phone.",
    "limit": "How many, 1 to 200.",
    "cursor": "The `next_cursor` of the page before; nothing else is one.",
}
ONCE = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A call with the same key and body happens once; later ones get its answer.",
    "schema": {"type": "string", "pattern": "^[\\x21-\\x7e]{1,255}$"},
    "example": "4a5c1f0e-return-1",
}
"""Kept for 24 hours at least, for each caller by itself."""

IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` last seen: 412 where somebody else has changed it since.",
    "schema": {"type": "string", "pattern": '^"[1-9][0-9]{0,8}"$'},
    "example": '"3"',
}


def described(parameters: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the parameters of an address as Litestar knows them, with what they mean."""
    return [_path(one) if one["in"] == "path" else _query(one) for one in parameters]


def _path(parameter: Mapping[str, Any]) -> dict[str, Any]:
    says, schema, example = _PATH[parameter["name"]]
    return {
        "name": parameter["name"],
        "in": "path",
        "required": True,
        "description": says,
        "schema": dict(schema),
        "example": example,
    }


def _query(parameter: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": parameter["name"],
        "in": "query",
        "required": parameter.get("required", False),
        "description": _QUERY[parameter["name"]],
        "schema": _never_null(parameter["schema"]),
    }


def _never_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema without the null that stands for a filter left out."""
    plain = {name: value for name, value in schema.items() if name != "oneOf"}
    for one in schema.get("oneOf", ()):
        if one.get("type") != "null":
            plain |= one
    return {
        name: int(value) if isinstance(value, float) else value for name, value in plain.items()
    }
