"""Purge photos nobody used, and files that no photo knows; harmless twice, some at a time."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from returns_engine.gateways.photo_store.store import PhotoStore
from returns_engine.tables.engine import connection, the_engine, transaction
from returns_engine.workflow.photo_files import all_files, forget_file, forget_files, photo_of

MOST_AT_ONCE = 200
MOST_BATCHES = 50
MOST_FILES = 10_000
UNUSED_FOR = timedelta(days=7)
# Photos older than that were looked at on every day of two months.
LOOKED_AT_FOR = timedelta(days=60)

_UNUSED = """
NOT EXISTS (SELECT FROM return_lines l WHERE l.photo_ids @> to_jsonb(p.id::text))
AND NOT EXISTS (SELECT FROM inspection_lines i WHERE i.photo_ids @> to_jsonb(p.id::text))
AND NOT EXISTS (SELECT FROM opinions o WHERE o.photo_ids @> to_jsonb(p.id::text))
AND NOT EXISTS (SELECT FROM parcels q WHERE q.photo_ids @> to_jsonb(p.id::text))
AND NOT EXISTS (SELECT FROM request_drafts t WHERE t."order" = p."order"
                AND position(p.id::text IN t.fields::text) > 0)
AND NOT EXISTS (SELECT FROM decisions d WHERE d."order" = p."order"
                AND position(p.id::text IN d.request::text) > 0)
AND NOT EXISTS (SELECT FROM events e JOIN returns r ON r.number = e.chain
                WHERE r."order" = p."order"
                AND e.at >= p.uploaded_at AND position(p.id::text IN e.data::text) > 0)
AND NOT (p."order" IS NULL
         AND EXISTS (SELECT FROM events e JOIN returns r ON r.number = e.chain
                     WHERE e.at >= p.uploaded_at AND position(p.id::text IN e.data::text) > 0))
"""
_COUNT = f"""
SELECT count(*) AS photos FROM photos p
WHERE p.uploaded_at < $1 AND p.uploaded_at >= $2 AND {_UNUSED}
"""  # noqa: S608 - pieces of our own
# Whoever is about to use a photo holds its row: it is passed over.
_TAKE = f"""
SELECT p.id FROM photos p WHERE p.uploaded_at < $1 AND p.uploaded_at >= $2 AND {_UNUSED}
ORDER BY p.uploaded_at LIMIT $3 FOR UPDATE OF p SKIP LOCKED
"""  # noqa: S608 - likewise
# Whoever used it before the row was ours is seen by this statement, which looks anew.
_DELETE = f"DELETE FROM photos p WHERE p.id = ANY($1) AND {_UNUSED} RETURNING p.id"  # noqa: S608 - likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """How many photos and how many stray files went, or would go."""

    photos: int
    files: int


async def purge_photos(
    *, photos: PhotoStore, now: datetime, files_now: datetime, dry_run: bool = False
) -> Purged:
    """Purge what was uploaded a week ago and never sent along, and files without a photo as old.

    What a draft holds stays as long as the draft, which is a week after its last change.

    `files_now` is the time of the machine, by which the store dates its files, whatever the
    engine's own clock says. Raises PhotosAway; what is left then goes the next time.
    """
    before, oldest = now - UNUSED_FOR, now - UNUSED_FOR - LOOKED_AT_FOR
    if dry_run:
        count = (await the_engine().fetch_row(_COUNT, before, oldest) or {}).get("photos", 0)
        strays = [key async for key in _stray_files(photos, files_now - UNUSED_FOR)]
        return Purged(photos=count, files=len(strays))
    gone = 0
    for _ in range(MOST_BATCHES):
        taken, deleted = await _delete_unused(before, oldest)
        # The rows went first: what breaks off here leaves files that no photo knows.
        for photo_id in deleted:
            await forget_files(photos, photo_id)
        gone += len(deleted)
        if taken < MOST_AT_ONCE:
            break
    files = 0
    async for key in _stray_files(photos, files_now - UNUSED_FOR):
        await forget_file(photos, key)
        files += 1
        if files == MOST_FILES:
            break
    return Purged(photos=gone, files=files)


async def _delete_unused(before: datetime, oldest: datetime) -> tuple[int, list[UUID]]:
    """Return how many rows were taken, and which of them were still unused, and are deleted."""
    async with transaction():
        taken = [row["id"] for row in await connection().fetch(_TAKE, before, oldest, MOST_AT_ONCE)]
        deleted = [row["id"] for row in await connection().fetch(_DELETE, taken)]
    return len(taken), deleted


async def _stray_files(photos: PhotoStore, before: datetime) -> AsyncIterator[str]:
    """Give the files that were kept before a time, and whose photo is not there."""
    async for some in all_files(photos):
        old = {file.key: photo_of(file.key) for file in some if file.kept_at < before}
        known = await the_engine().fetch_rows(
            "SELECT id FROM photos WHERE id = ANY($1)",
            [photo_id for photo_id in old.values() if photo_id is not None],
        )
        ids = {row["id"] for row in known}
        for key, photo_id in old.items():
            if photo_id not in ids:
                yield key
