"""Erase the persons of orders that nothing has moved on for long."""

from datetime import datetime, timedelta

import structlog

from returns_engine.gateways.photo_store.store import PhotoStore
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.erase_order import Why, erase_order
from returns_engine.workflow.photo_files import PhotosAway
from returns_engine.workflow.refusals import Refusal

MOST_AT_ONCE = 200

log = structlog.get_logger()

# Units under warranty hold their order for as long as the warranty runs, delivered or not.
_IDLE = """
SELECT o.id FROM orders o
WHERE o.erased_at IS NULL AND o.imported_at < $1 AND o.placed_at < $1
  AND NOT EXISTS (SELECT FROM shipments s
                  WHERE s."order" = o.id AND GREATEST(s.shipped_at, s.delivered_at) >= $1)
  AND NOT EXISTS (SELECT FROM events e WHERE e.chain = 'order:' || o.number AND e.at >= $1)
  AND NOT EXISTS (SELECT FROM returns r WHERE r."order" = o.id AND (
      r.state NOT IN ('closed', 'declined', 'withdrawn', 'expired')
      OR (SELECT max(e.at) FROM events e WHERE e.chain = r.number) >= $1))
  AND NOT EXISTS (SELECT FROM refunds f WHERE f."order" = o.id
                  AND f.state NOT IN ('succeeded', 'refused', 'canceled'))
  AND NOT EXISTS (SELECT FROM parcels p WHERE p."order" = o.id
                  AND (p.state = 'quarantined' OR p.quarantined_at >= $1))
  AND NOT EXISTS (SELECT FROM choices c WHERE c."order" = o.id AND (
      c.state = 'open' OR c.chosen_option IN ('wait', 'swap') AND c.done_at IS NULL))
  AND NOT EXISTS (SELECT FROM compensations c
                  WHERE c."order" = o.id AND c.state IN ('proposed', 'approved'))
  AND NOT EXISTS (SELECT FROM order_lines l
                  LEFT JOIN shipment_lines p ON p.order_line = l.id
                  LEFT JOIN shipments s ON s.id = p.shipment
                  WHERE l."order" = o.id AND l.kind = ANY($2) AND l.category = ANY($3)
                  AND COALESCE(s.delivered_at, s.shipped_at, o.placed_at) >= $4)
ORDER BY o.imported_at, o.id LIMIT $5
"""


async def erase_after_retention(
    *, days: int | None, policy: Policy, photos: PhotoStore, now: datetime
) -> int:
    """Erase whose orders are idle for `days`, some at a time, and return how many there were.

    None keeps them forever. An order with anything open, or with a unit whose warranty runs, stays
    whatever `days` says (47, B-6).
    """
    if days is None:
        return 0
    # An order keeps the warranty of the version it was placed under: the longest is waited for.
    warranties = [version.warranty for version in policy.versions()]
    rows = await the_engine().fetch_rows(
        _IDLE,
        now - timedelta(days=days),
        sorted({str(kind) for warranty in warranties for kind in warranty.covered_kinds}),
        sorted({one for warranty in warranties for one in warranty.covered_categories}),
        # A day more than the longest year each: no calendar ends a warranty later.
        now - timedelta(days=367 * max(warranty.years for warranty in warranties)),
        MOST_AT_ONCE,
    )
    done = 0
    for row in rows:
        try:
            await erase_order(row["id"], why=Why.RETENTION, photos=photos, actor=SYSTEM, now=now)
        except PhotosAway:
            # Nothing of this order was erased. The others would wait as long: next time.
            log.warning("retention_waits_for_photos", order=row["id"])
            break
        except Refusal as refusal:
            log.warning("retention_refused", order=row["id"], code=refusal.code)
        else:
            done += 1
    return done
