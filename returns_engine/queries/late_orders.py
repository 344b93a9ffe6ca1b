"""What of the orders is late, parcels not there and units not sent: found in SQL by day limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from returns_engine.queries.page import Page, page_of
from returns_engine.queries.rows import first_row, rows

LOOKED_AT = "order.late_looked_at"
"""The event that says somebody looked; its data names what was `late` then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateLimits:
    """From when on something is late, as moments: what began before its kind's is.

    `ready` is of what is paid, `left` of parcels, by the kind of their items; a parcel counts by
    its slowest. Nothing that began before `since` is looked for, nothing somebody `looked` at since
    then. What has a delivery after `tomorrow` begins is not there yet.
    """

    ready: Mapping[str, datetime]
    left: Mapping[str, datetime]
    since: datetime
    looked: datetime
    tomorrow: datetime
    home: str

    @property
    def values(self) -> list[object]:
        """Return the values of `LATE`, in its order."""
        return [
            *(list(self.left), list(self.left.values()), self.since, self.tomorrow, self.home),
            *(list(self.left), list(self.left.values()), self.looked),
            *(list(self.ready), list(self.ready.values()), self.since, self.looked),
        ]


def _not_looked(thing: str) -> str:
    return f"""NOT EXISTS (
    SELECT FROM events e WHERE e.chain = 'order:' || o.number AND e.type = '{LOOKED_AT}'
    AND e.at > {{}} AND e.data->'late' ? ({thing}))"""


_UNITS = """CASE WHEN r.permission IN ('withdrawn', 'declined', 'expired') THEN rl.proposed
                 ELSE rl.requested - rl.given_up END"""
# The outer bounds are there for the indexes: the limit of the slowest kind, and the window.
LATE = f"""
SELECT 'parcel:' || s.shipment_id AS thing, o.id AS order_id, o.number, s.shipped_at AS begun,
       s.carrier, s.tracking_number, held.kinds, held.titles
FROM shipments s JOIN orders o ON o.id = s."order" CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT l.kind::text) AS kinds,
           string_agg(sl.quantity || ' × ' || l.title, ', ' ORDER BY l.position, l.id) AS titles,
           min(k.before) AS before
    FROM shipment_lines sl JOIN order_lines l ON l.id = sl.order_line
    LEFT JOIN unnest({{}}::text[], {{}}::timestamptz[]) AS k (kind, before) ON k.kind = l.kind
    WHERE sl.shipment = s.id) AS held
WHERE s.shipped_at >= {{}} AND (s.delivered_at IS NULL OR s.delivered_at >= {{}})
  AND o.status <> 'canceled' AND o.paid_at IS NOT NULL AND o.erased_at IS NULL
  AND o.country IN ('', {{}})
  AND s.shipped_at < (SELECT max(k.before)
                      FROM unnest({{}}::text[], {{}}::timestamptz[]) AS k (kind, before))
  AND s.shipped_at < held.before
  AND {_not_looked("'parcel:' || s.shipment_id")}
UNION ALL
SELECT 'line:' || l.line_id, o.id, o.number, GREATEST(o.paid_at, o.confirmed_at), NULL, NULL,
       ARRAY[l.kind::text], waits.units || ' × ' || l.title
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
  AND {_not_looked("'line:' || l.line_id")}
"""  # noqa: S608 - pieces of our own
_PAGE = f"""
SELECT late.*, c.name AS customer,
       (SELECT t.value FROM events e JOIN event_texts t ON t.event = e.id
        WHERE e.chain = 'order:' || late.number AND e.type = '{LOOKED_AT}'
        ORDER BY e.sequence DESC LIMIT 1) AS note
FROM ({LATE}) AS late LEFT JOIN order_contacts c ON c."order" = late.order_id
WHERE true {{beyond}} ORDER BY late.begun, late.order_id, late.thing LIMIT {{}}
"""  # noqa: S608 - pieces of our own
_FIRST, _FURTHER = (
    _PAGE.replace("{beyond}", beyond)
    for beyond in ("", "AND (late.begun, late.order_id, late.thing) > ({}, {}, {})")
)
_COUNT = f"SELECT count(*) AS count, min(begun) AS first_at FROM ({LATE}) AS late"  # noqa: S608 - as above


_LAST_LOOK = """
SELECT e.at, t.value AS note FROM events e JOIN event_texts t ON t.event = e.id
WHERE e.chain = 'order:' || {}::text AND e.type = {} ORDER BY e.sequence DESC LIMIT 1
"""


async def last_look(number: str) -> Mapping[str, Any] | None:
    """Return when somebody last looked at what was late of an order (`at`), and their `note`."""
    return await first_row(_LAST_LOOK, number, LOOKED_AT)


async def list_late(limits: LateLimits, *, limit: int, cursor: str | None = None) -> Page:
    """Return a page of what is late and nobody looked at, the longest under way first."""
    values = limits.values
    if cursor is not None:
        begun, order, thing = cursor.split(" ", 2)
        values += [datetime.fromisoformat(begun), int(order), thing]
    found = await rows(_FIRST if cursor is None else _FURTHER, *values, limit + 1)
    return page_of(found, limit, shape=dict, place=_place)


async def count_late(limits: LateLimits) -> Mapping[str, Any]:
    """Count what `list_late` lists (`count`), by one statement; `first_at` is when it began."""
    return (await rows(_COUNT, *limits.values))[0]


def _place(row: Mapping[str, Any]) -> str:
    return f"{row['begun'].isoformat()} {row['order_id']} {row['thing']}"
