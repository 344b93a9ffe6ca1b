"""What a scanned code is: a return, an order, a carrier's parcel, or nothing we know."""

import re
from collections.abc import Iterator
from typing import Any

from returns_engine.queries.rows import first_row
from returns_engine.rules.rma_number import normalize_rma_number

# A scanner may send what kind of code it read, and separators that cannot be seen.
_SYMBOLOGY = re.compile(r"^\][A-Za-z][0-9]")
_UNSEEN = re.compile(r"[\s\x00-\x1f]+")
# USPS puts the way to the post office in front: 420 and a ZIP code of 5 or 9 digits.
_USPS_ROUTING = re.compile(r"^420(?:\d{9}|\d{5})(9\d{19,25})$")
# FedEx Ground "96" holds the number in its last 15 digits, Express (34 digits) in its last 14.
_FEDEX_GROUND = re.compile(r"^96\d{5}(\d{15})$")
_FEDEX_EXPRESS = re.compile(r"^\d{20}(\d{14})$")

_FIND = """
SELECT 'return' AS kind, r.number, o.number AS order_number, r.state,
       NULL AS tracking_number, 1 AS rank
FROM returns r JOIN orders o ON o.id = r."order" WHERE r.number = {}
UNION ALL
SELECT 'order', NULL, o.number, NULL, NULL, 2 FROM orders o WHERE o.number = ANY({})
UNION ALL
SELECT 'tracking', r.number, o.number, r.state,
       COALESCE(b.tracking_number, r.own_tracking_number), 3
FROM returns r JOIN orders o ON o.id = r."order" LEFT JOIN labels b ON b.return_id = r.id
WHERE b.tracking_number = ANY({}) OR r.own_tracking_number = ANY({})
UNION ALL
SELECT 'tracking', NULL, o.number, NULL, s.tracking_number, 4
FROM shipments s JOIN orders o ON o.id = s."order" WHERE s.tracking_number = ANY({})
ORDER BY rank LIMIT 1
"""


async def what_is(code: str) -> dict[str, Any]:
    """Say what a code is, in any letter case: `kind` and the numbers it leads to, by one statement.

    Kinds: return, order, tracking, unknown. A parcel of ours that comes back unopened leads to its
    order alone.
    """
    read = _UNSEEN.sub("", _SYMBOLOGY.sub("", code.strip()))
    number = normalize_rma_number(code)
    tracking = sorted({form for one in _tracking_numbers(read) for form in _cases(one)})
    orders = sorted({*_cases(read), *_cases(code.strip())})
    row = await first_row(_FIND, number, orders, tracking, tracking, tracking)
    if row is None:
        return {"kind": "unknown", "code": code}
    return _SHAPES[row["kind"]](row)


def _return(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "return",
        "number": row["number"],
        "return_number": row["number"],
        "order_number": row["order_number"],
        "state": row["state"],
    }


def _order(row: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "order", "order_number": row["order_number"]}


def _tracking(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "tracking",
        "tracking_number": row["tracking_number"],
        "return_number": row["number"],
        "order_number": row["order_number"],
    }


_SHAPES = {"return": _return, "order": _order, "tracking": _tracking}


def _cases(text: str) -> tuple[str, str, str]:
    return text, text.upper(), text.lower()


def _tracking_numbers(read: str) -> Iterator[str]:
    """Give the code itself, and what is left of it without a carrier's prefix."""
    yield read
    for prefix in (_USPS_ROUTING, _FEDEX_GROUND):
        if found := prefix.match(read):
            yield found[1]
    if found := _FEDEX_EXPRESS.match(read):
        yield found[1]
        yield found[1].lstrip("0")
