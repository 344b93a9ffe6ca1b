"""What a scanned code is: a return, an order, a parcel in quarantine, a carrier's, or nothing."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from returns_engine.queries.rows import first_row
from returns_engine.rules.quarantine_number import normalize_quarantine_number
from returns_engine.rules.rma_number import normalize_rma_number

# A scanner may send what kind of code it read, and separators that cannot be seen.
_SYMBOLOGY = re.compile(r"^\][A-Za-z][0-9]")
_UNSEEN = re.compile(r"[\s\x00-\x1f]+")
# USPS puts the way to the post office in front: 420 and a ZIP code of 5 or 9 digits.
_USPS_ROUTING = re.compile(r"^420(?:\d{9}|\d{5})(9\d{19,25})$")
# FedEx Ground "96" holds the number in its last 15 digits, Express (34 digits) in its last 14.
_FEDEX_GROUND = re.compile(r"^96\d{5}(\d{15})$")
_FEDEX_EXPRESS = re.compile(r"^\d{20}(\d{14})$")

# Two numbers may differ in their letter case alone: what was written exactly so comes first.
_FIND = """
SELECT * FROM (
SELECT 'return' AS kind, r.number, o.number AS order_number, r.state,
       NULL AS tracking_number, NULL::uuid AS parcel_id, 1 AS rank
FROM returns r JOIN orders o ON o.id = r."order" WHERE r.number = {}
UNION ALL
SELECT 'order', NULL, o.number, NULL, NULL, NULL, 2 FROM orders o
WHERE lower(o.number) IN (lower({}), lower({}))
UNION ALL
SELECT 'tracking', r.number, o.number, r.state, b.tracking_number, NULL, 3
FROM labels b JOIN returns r ON r.id = b.return_id JOIN orders o ON o.id = r."order"
WHERE b.tracking_number = ANY({})
UNION ALL
SELECT 'tracking', r.number, o.number, r.state,
       COALESCE(b.tracking_number, r.own_tracking_number), NULL, 3
FROM returns r JOIN orders o ON o.id = r."order" LEFT JOIN labels b ON b.return_id = r.id
WHERE r.own_tracking_number = ANY({})
UNION ALL
SELECT 'parcel', p.number, r.number, p.state, p.tracking_number, p.id, 1
FROM parcels p LEFT JOIN returns r ON r.id = p.return_id WHERE p.number = {}
UNION ALL
SELECT 'parcel', p.number, NULL, p.state, p.tracking_number, p.id, 4
FROM parcels p WHERE p.state = 'quarantined' AND p.tracking_number = ANY({})
UNION ALL
SELECT 'tracking', NULL, o.number, NULL, s.tracking_number, NULL, 5
FROM shipments s JOIN orders o ON o.id = s."order" WHERE s.tracking_number = ANY({})
) AS found
ORDER BY rank, COALESCE(tracking_number, order_number) = ANY({}) DESC, order_number LIMIT 1
"""


async def what_is(code: str) -> dict[str, Any]:
    """Say what a code is, in any letter case: `kind` and the numbers it leads to, by one statement.

    Kinds: return, order, tracking, parcel (one that nobody announced, by its quarantine number or,
    while it waits, its carrier's), unknown. A parcel of ours that comes back unopened leads to its
    order alone.
    """
    read = _UNSEEN.sub("", _SYMBOLOGY.sub("", code.strip()))
    numbers = normalize_rma_number(code), normalize_quarantine_number(read)
    tracking = tracking_spellings([read])
    written = code.strip(), read
    row = await first_row(
        _FIND,
        numbers[0],
        *written,
        tracking,
        tracking,
        numbers[1],
        tracking,
        tracking,
        list(written),
    )
    if row is None:
        return {"kind": "unknown", "code": code}
    return _SHAPES[row["kind"]](row)


def tracking_spellings(codes: Iterable[str]) -> list[str]:
    """Return how the tracking numbers in `codes` may be kept: without a carrier's prefix too."""
    numbers = (one for code in codes for one in _tracking_numbers(_UNSEEN.sub("", code)))
    return sorted({form for number in numbers for form in _cases(number)})


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


def _parcel(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "parcel",
        "number": row["number"],
        "parcel_id": str(row["parcel_id"]),
        "state": row["state"],
        # The statement's columns are shared: here the third is the return it was matched to.
        "return_number": row["order_number"],
        "tracking_number": row["tracking_number"],
    }


_SHAPES = {"return": _return, "order": _order, "tracking": _tracking, "parcel": _parcel}


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


def plain_tracking_number(code: str) -> str:
    """Return the tracking number in a carrier's barcode, without prefix and separators."""
    *_, shortest = _tracking_numbers(_UNSEEN.sub("", _SYMBOLOGY.sub("", code.strip())))
    return shortest
