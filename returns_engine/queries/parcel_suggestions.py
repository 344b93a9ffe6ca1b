"""Whose a parcel may be: candidates by every clue, each through an index, by two statements."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from returns_engine.queries.parcel_clues import Clues, read_clues
from returns_engine.queries.rows import loaded, rows
from returns_engine.rules.lifecycle.actions import ALLOWED_IN, Action
from returns_engine.rules.parcel_suggestions import (
    Candidate,
    Clue,
    KnownReturn,
    Suggestion,
    suggest,
)
from returns_engine.texts.parcel_words import CLUES

_OPEN = sorted(str(state) for state in ALLOWED_IN[Action.RECEIVE])
# Names and goods are compared among open returns alone: any order may have a cover and a Dana.
_FOUND = """
SELECT r."order" AS order_id, r.id AS return_id, 'rma_number' AS clue
FROM returns r WHERE r.number = ANY({})
UNION ALL
SELECT r."order", r.id, 'came_with' FROM returns r WHERE r.number = {}
UNION ALL
SELECT r."order", r.id, 'tracking_number' FROM returns r WHERE r.own_tracking_number = ANY({})
UNION ALL
SELECT r."order", r.id, 'tracking_number' FROM labels l JOIN returns r ON r.id = l.return_id
WHERE l.tracking_number = ANY({})
UNION ALL
SELECT s."order", NULL, 'our_shipment' FROM shipments s WHERE s.tracking_number = ANY({})
UNION ALL
SELECT o.id, NULL, 'asked' FROM orders o WHERE o.number = {}
UNION ALL
SELECT o.id, NULL, 'order_number' FROM orders o WHERE lower(o.number) = ANY({})
UNION ALL
(SELECT c."order", NULL, 'email' FROM order_contacts c WHERE c.email = ANY({})
 ORDER BY c."order" DESC LIMIT 25)
UNION ALL
(SELECT c."order", NULL, 'phone' FROM order_contacts c WHERE c.phone = ANY({})
 ORDER BY c."order" DESC LIMIT 25)
UNION ALL
(SELECT c."order", NULL, 'postcode' FROM order_contacts c WHERE left(c.postal_code, 20) = ANY({})
 ORDER BY c."order" DESC LIMIT 50)
UNION ALL
(SELECT c."order", NULL, 'look' FROM order_contacts c
 WHERE left(lower(c.name), 100) = ANY({}) OR left(lower(c.ship_to_name), 100) = ANY({})
    OR left(c.plain_name, 100) = ANY({}) OR left(c.plain_ship_to_name, 100) = ANY({})
 ORDER BY c."order" DESC LIMIT 25)
UNION ALL
(SELECT r."order", NULL, 'look' FROM returns r JOIN order_contacts c ON c."order" = r."order"
 WHERE r.state = ANY({}) AND r.goods_expected
   AND (lower(c.name) LIKE ANY({}) OR lower(c.ship_to_name) LIKE ANY({})
     OR c.plain_name LIKE ANY({}) OR c.plain_ship_to_name LIKE ANY({}) OR EXISTS (
     SELECT 1 FROM return_lines rl JOIN order_lines l ON l.id = rl.order_line
     WHERE rl.return_id = r.id
       AND (lower(l.title) LIKE ANY({}) OR position(lower(l.sku) IN {}) > 0)))
 ORDER BY r.id DESC LIMIT 50)
"""
_FACTS = """
SELECT o.id, o.number, c.name, c.ship_to_name,
  (SELECT json_agg(json_build_array(l.sku, l.title) ORDER BY l.position, l.id)
   FROM order_lines l WHERE l."order" = o.id) AS goods,
  (SELECT json_agg(json_build_object('id', r.id, 'number', r.number, 'state', r.state,
      'expects', r.goods_expected AND EXISTS (SELECT 1 FROM return_lines e
        WHERE e.return_id = r.id AND e.received + e.given_up < e.requested),
      'items', (SELECT json_agg(rl.requested || ' × ' || l.title ORDER BY rl.position, rl.id)
                FROM return_lines rl JOIN order_lines l ON l.id = rl.order_line
                WHERE rl.return_id = r.id)) ORDER BY r.id DESC)
   FROM returns r WHERE r."order" = o.id) AS returns
FROM orders o LEFT JOIN order_contacts c ON c."order" = o.id WHERE o.id = ANY({})
ORDER BY o.id DESC
"""


async def read_suggestions(parcel: Mapping[str, Any], *, country: str) -> list[Suggestion]:
    """Return whose a parcel may be, the likeliest first, by two statements at most.

    `parcel` holds the words of its row, in `came_with` the RMA number of that return and in
    `order_number` the order whose customer was asked; `country` is where phone numbers without a
    prefix are read.
    """
    words = {name: parcel[name] or "" for name in ("sender", "contents", "note")}
    clues = read_clues(tracking_number=parcel["tracking_number"], country=country, **words)
    found = await _found(clues, parcel, words["contents"])
    if not found:
        return []
    known = await rows(_FACTS, list(found))
    candidates = [_candidate(row, found[row["id"]]) for row in known]
    # What stands in a note may be about somebody else; sender and contents are the parcel's own.
    return suggest(candidates, sender=words["sender"], contents=words["contents"])


async def _found(
    clues: Clues, parcel: Mapping[str, Any], contents: str
) -> dict[int, set[tuple[int | None, str]]]:
    """Return by order's row id what pointed at it: a return's row id or None, and the clue."""
    found: dict[int, set[tuple[int | None, str]]] = defaultdict(set)
    for row in await rows(
        _FOUND,
        clues.rma_numbers,
        parcel["came_with"],
        *(clues.tracking, clues.tracking, clues.tracking),
        parcel["order_number"],
        clues.order_numbers,
        clues.emails,
        clues.phones,
        clues.postcodes,
        *(clues.names, clues.names, clues.plain_names, clues.plain_names),
        _OPEN,
        *[clues.patterns] * 5,
        contents.lower(),
    ):
        found[row["order_id"]].add((row["return_id"], row["clue"]))
    return found


def _candidate(row: Mapping[str, Any], found: set[tuple[int | None, str]]) -> Candidate:
    clues = {(return_id, Clue(clue)) for return_id, clue in found if clue in set(Clue)}
    return Candidate(
        order_number=row["number"],
        names=(row["name"] or "", row["ship_to_name"] or ""),
        goods=tuple((sku, title) for sku, title in loaded(row["goods"]) or ()),
        returns=tuple(
            KnownReturn(
                number=one["number"],
                state=one["state"],
                takes_parcels=one["state"] in _OPEN and one["expects"],
                items=tuple(one["items"] or ()),
                clues=frozenset(clue for return_id, clue in clues if return_id == one["id"]),
            )
            for one in loaded(row["returns"]) or ()
        ),
        clues=frozenset(clue for return_id, clue in clues if return_id is None),
    )


def suggestion_shape(suggestion: Suggestion) -> dict[str, Any]:
    """Return a suggestion as the API answers it; no customer is named in it."""
    return {
        "return_number": suggestion.return_number,
        "order_number": suggestion.order_number,
        "state": suggestion.state,
        "takes_parcels": suggestion.takes_parcels,
        "likely": suggestion.likely,
        "items": list(suggestion.items),
        "reasons": [{"code": str(clue), "says": CLUES[clue]} for clue in suggestion.clues],
    }
