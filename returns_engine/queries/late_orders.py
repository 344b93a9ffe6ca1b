"""What of the orders is late, by the kind of lateness: found in SQL by limits that are moments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from returns_engine.queries.order_troubles import HOLDS
from returns_engine.queries.page import Page, page_of
from returns_engine.queries.rows import first_row, rows

LOOKED_AT = "order.late_looked_at"
"""The event that says somebody looked; its data names what was `late` then."""


class LateKind(StrEnum):
    """What of an order is late."""

    PARCEL = "parcel"
    ABROAD = "abroad"
    LINE = "line"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class LateLimits:
    """From when on something is late, as moments: what began before its kind's is.

    `ready` is of what is paid, `left` of parcels, by the kind of their items; a parcel counts by
    its slowest, one to another country than `home` by `abroad`. `unpaid` is of orders nobody paid.
    Nothing that began before `since` is looked for, no order nobody paid before `unpaid_since`,
    nothing somebody `looked` at since then. What has a delivery after `tomorrow` begins is not
    there yet.
    """

    ready: Mapping[str, datetime]
    left: Mapping[str, datetime]
    abroad: datetime
    unpaid: datetime
    since: datetime
    unpaid_since: datetime
    looked: datetime
    tomorrow: datetime
    home: str

    def values(self, kinds: Sequence[LateKind] = tuple(LateKind)) -> list[object]:
        """Return the values of `late_statement`, in its order."""
        left: list[object] = [list(self.left), list(self.left.values())]
        of: Mapping[LateKind, list[object]] = {
            LateKind.PARCEL: [*left, self.since, self.tomorrow, self.home, *left, self.looked],
            LateKind.ABROAD: [self.since, self.tomorrow, self.home, self.abroad, self.looked],
            LateKind.LINE: [
                *(list(self.ready), list(self.ready.values()), self.since, self.looked),
            ],
            LateKind.PAYMENT: [self.unpaid_since, self.unpaid, self.looked],
        }
        return [value for kind in kinds for value in of[kind]]


_UNITS = """CASE WHEN r.permission IN ('withdrawn', 'declined', 'expired') THEN rl.proposed
                 ELSE rl.requested - rl.given_up END"""
# What a delivery problem or a cancellation is about has an outcome of its own.
_ON_ITS_WAY = f"""s.shipped_at >= {{}} AND (s.delivered_at IS NULL OR s.delivered_at >= {{}})
  AND o.status <> 'canceled' AND o.paid_at IS NOT NULL AND o.erased_at IS NULL
  AND NOT EXISTS (
    SELECT FROM returns r JOIN return_lines rl ON rl.return_id = r.id
    CROSS JOIN jsonb_array_elements(rl.taken) AS parcel
    WHERE r."order" = o.id AND {HOLDS} AND parcel->>'shipment_id' = s.shipment_id)"""
_TITLES = "string_agg(sl.quantity || ' × ' || l.title, ', ' ORDER BY l.position, l.id) AS titles"
# The outer bounds are there for the indexes: the limit of the slowest kind, and the window.
_LATE: Mapping[LateKind, str] = {
    LateKind.PARCEL: f"""
SELECT 'parcel' AS late, 'parcel:' || s.shipment_id AS thing, o.id AS order_id, o.number,
       s.shipped_at AS begun, s.carrier, s.tracking_number, held.kinds, held.titles
FROM shipments s JOIN orders o ON o.id = s."order" CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT l.kind::text) AS kinds, min(k.before) AS before, {_TITLES}
    FROM shipment_lines sl JOIN order_lines l ON l.id = sl.order_line
    LEFT JOIN unnest({{}}::text[], {{}}::timestamptz[]) AS k (kind, before) ON k.kind = l.kind
    WHERE sl.shipment = s.id) AS held
WHERE {_ON_ITS_WAY} AND o.country IN ('', {{}})
  AND s.shipped_at < (SELECT max(k.before)
                      FROM unnest({{}}::text[], {{}}::timestamptz[]) AS k (kind, before))
  AND s.shipped_at < held.before
""",  # noqa: S608 - pieces of our own
    LateKind.ABROAD: f"""
SELECT 'abroad' AS late, 'parcel:' || s.shipment_id AS thing, o.id AS order_id, o.number,
       s.shipped_at AS begun, s.carrier, s.tracking_number, NULL::text[] AS kinds, held.titles
FROM shipments s JOIN orders o ON o.id = s."order" CROSS JOIN LATERAL (
    SELECT {_TITLES} FROM shipment_lines sl JOIN order_lines l ON l.id = sl.order_line
    WHERE sl.shipment = s.id) AS held
WHERE {_ON_ITS_WAY} AND o.country NOT IN ('', {{}})
  AND s.shipped_at < {{}}
""",  # noqa: S608 - pieces of our own
    LateKind.LINE: f"""
SELECT 'line' AS late, 'line:' || l.line_id AS thing, o.id AS order_id, o.number,
       GREATEST(o.paid_at, o.confirmed_at) AS begun, NULL AS carrier, NULL AS tracking_number,
       ARRAY[l.kind::text] AS kinds, waits.units || ' × ' || l.title AS titles
FROM orders o JOIN order_lines l ON l."order" = o.id
JOIN unnest({{}}::text[], {{}}::timestamptz[]) AS k (kind, before) ON k.kind = l.kind
CROSS JOIN LATERAL (
    SELECT l.quantity - GREATEST(sent.units + COALESCE(given.cancelled, 0),
                                 COALESCE(given.units, 0)) AS units
    FROM (SELECT COALESCE(sum(sl.quantity), 0) AS units
          FROM shipments s JOIN shipment_lines sl ON sl.shipment = s.id
          WHERE s."order" = o.id AND sl.order_line = l.id) AS sent,
         (SELECT sum({_UNITS}) AS units,
                 sum({_UNITS}) FILTER (WHERE r.kind = 'cancellation') AS cancelled
          FROM returns r JOIN return_lines rl ON rl.return_id = r.id
          WHERE r."order" = o.id AND rl.order_line = l.id) AS given) AS waits
WHERE o.status = 'processing' AND o.paid_at >= {{}} AND o.erased_at IS NULL
  AND l.kind <> 'gift_card' AND GREATEST(o.paid_at, o.confirmed_at) < k.before AND waits.units > 0
""",  # noqa: S608 - pieces of our own
    LateKind.PAYMENT: """
SELECT 'payment' AS late, 'payment' AS thing, o.id AS order_id, o.number, o.placed_at AS begun,
       NULL AS carrier, NULL AS tracking_number, NULL::text[] AS kinds, held.titles
FROM orders o CROSS JOIN LATERAL (
    SELECT string_agg(l.quantity || ' × ' || l.title, ', ' ORDER BY l.position, l.id) AS titles
    FROM order_lines l WHERE l."order" = o.id) AS held
WHERE o.status = 'pending' AND o.paid_at IS NULL AND o.placed_at >= {} AND o.placed_at < {}
  AND o.erased_at IS NULL
""",
}
_THING: Mapping[LateKind, str] = {
    LateKind.PARCEL: "'parcel:' || s.shipment_id",
    LateKind.ABROAD: "'parcel:' || s.shipment_id",
    LateKind.LINE: "'line:' || l.line_id",
    LateKind.PAYMENT: "'payment'",
}


def late_statement(kinds: Sequence[LateKind] = tuple(LateKind), *, looked_at: bool = False) -> str:
    """Return the statement of what is late of some kinds and nobody, or somebody, looked at lately.

    Its values are those of `LateLimits.values` for the same kinds.
    """
    return "UNION ALL".join(
        _LATE[kind] + _look_at(_THING[kind], looked_at=looked_at) for kind in kinds
    )


def _look_at(thing: str, *, looked_at: bool) -> str:
    return f"""  AND {"" if looked_at else "NOT "}EXISTS (
    SELECT FROM events e WHERE e.chain = 'order:' || o.number AND e.type = '{LOOKED_AT}'
    AND e.at > {{}} AND e.data->'late' ? ({thing}))
"""


_PAGE = """
SELECT late.*, c.name AS customer, look.note, look.at AS looked_at
FROM ({late}) AS late LEFT JOIN order_contacts c ON c."order" = late.order_id
LEFT JOIN LATERAL (
    SELECT e.at, t.value AS note FROM events e JOIN event_texts t ON t.event = e.id
    WHERE e.chain = 'order:' || late.number AND e.type = '{looked}'
    ORDER BY e.sequence DESC LIMIT 1) AS look ON true
WHERE true {beyond} ORDER BY late.begun, late.order_id, late.thing LIMIT {{}}
"""
_BEYOND = "AND (late.begun, late.order_id, late.thing) > ({}, {}, {})"
_COUNT = f"SELECT count(*) AS count, min(begun) AS first_at FROM ({late_statement()}) AS late"  # noqa: S608 - pieces of our own


_LAST_LOOK = """
SELECT e.at, t.value AS note FROM events e JOIN event_texts t ON t.event = e.id
WHERE e.chain = 'order:' || {}::text AND e.type = {} ORDER BY e.sequence DESC LIMIT 1
"""


async def last_look(number: str) -> Mapping[str, Any] | None:
    """Return when somebody last looked at what was late of an order (`at`), and their `note`."""
    return await first_row(_LAST_LOOK, number, LOOKED_AT)


async def list_late(
    limits: LateLimits,
    *,
    kinds: Sequence[LateKind] = tuple(LateKind),
    looked_at: bool = False,
    limit: int,
    cursor: str | None = None,
) -> Page:
    """Return a page of what is late of some kinds, the longest under way first.

    It is what nobody looked at lately, or what somebody `looked_at`. Each has the last `note` there
    is of its order, and when it was `looked_at`.
    """
    values = limits.values(kinds)
    if cursor is not None:
        begun, order, thing = cursor.split(" ", 2)
        values += [datetime.fromisoformat(begun), int(order), thing]
    beyond = "" if cursor is None else _BEYOND
    statement = _PAGE.format(
        looked=LOOKED_AT, late=late_statement(kinds, looked_at=looked_at), beyond=beyond
    )
    found = await rows(statement, *values, limit + 1)
    return page_of(found, limit, shape=dict, place=_place)


async def count_late(limits: LateLimits) -> Mapping[str, Any]:
    """Count what `list_late` lists (`count`), by one statement; `first_at` is when it began."""
    return (await rows(_COUNT, *limits.values()))[0]


def _place(row: Mapping[str, Any]) -> str:
    return f"{row['begun'].isoformat()} {row['order_id']} {row['thing']}"
