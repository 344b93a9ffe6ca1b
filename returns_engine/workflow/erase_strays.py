"""Erase what belongs to no order: parcels that went back, and mails without a case."""

import json
from datetime import datetime, timedelta

from returns_engine.gateways.photo_store.store import PhotoStore
from returns_engine.tables.engine import connection, the_engine, transaction
from returns_engine.workflow.photo_files import forget_files

MOST_AT_ONCE = 200

_STRAY = """
UPDATE parcels p SET tracking_number = NULL, sender = NULL, contents = NULL, note = NULL,
                     photo_ids = '[]', back_tracking_number = NULL
FROM (SELECT id, photo_ids FROM parcels
      WHERE "order" IS NULL AND came_with IS NULL AND sent_back_at < $1
        AND (sender IS NOT NULL OR contents IS NOT NULL OR note IS NOT NULL
             OR tracking_number IS NOT NULL OR back_tracking_number IS NOT NULL
             OR photo_ids <> '[]')
      ORDER BY sent_back_at LIMIT $2 FOR UPDATE) AS before
WHERE p.id = before.id RETURNING before.photo_ids
"""
_PICTURES = """
DELETE FROM photos p WHERE p."order" IS NULL AND p.id::text = ANY($1)
  AND NOT EXISTS (SELECT FROM parcels q WHERE q.photo_ids @> to_jsonb(p.id::text))
RETURNING p.id
"""


async def erase_stray_parcels(*, days: int | None, photos: PhotoStore, now: datetime) -> int:
    """Erase the words on parcels that nobody could assign and that went back `days` ago."""
    if days is None:
        return 0
    async with transaction():
        rows = await connection().fetch(_STRAY, now - timedelta(days=days), MOST_AT_ONCE)
        used = [photo_id for row in rows for photo_id in json.loads(row["photo_ids"])]
        for row in await connection().fetch(_PICTURES, used):
            await forget_files(photos, row["id"])
    return len(rows)


_MAILS = """
DELETE FROM messages WHERE id IN (
    SELECT id FROM messages WHERE "order" IS NULL AND created_at < $1
    ORDER BY created_at LIMIT $2)
RETURNING id
"""


async def erase_stray_mails(*, days: int | None, now: datetime) -> int:
    """Delete the mails to us that fitted no case and came `days` ago or earlier."""
    if days is None:
        return 0
    cutoff = now - timedelta(days=days)
    return len(await the_engine().fetch_rows(_MAILS, cutoff, MOST_AT_ONCE))


async def erase_stray_mails_of(sender: str) -> int:
    """Delete the mails of one sender that fitted no case, and return how many there were."""
    gone = 'DELETE FROM messages WHERE "order" IS NULL AND sender = $1 RETURNING id'
    return len(await the_engine().fetch_rows(gone, sender))
