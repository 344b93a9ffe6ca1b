"""The draft of an order, held while it is changed: what is sent side by side waits its turn."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from returns_engine.documents.request import MOST_PHOTOS
from returns_engine.queries.rows import loaded
from returns_engine.queries.saved_draft import DRAFTS_KEPT
from returns_engine.tables.engine import connection

Pairs = Sequence[tuple[str, str]]
"""Names and values of a form's fields, in order."""

PHOTO = "photo."
# A row is made where there is none, so that there always is one to hold.
_HOLD = """
INSERT INTO request_drafts AS d ("order", fields, saved_at)
SELECT o.id, '[]'::jsonb, $2 FROM orders o WHERE o.number = $1
ON CONFLICT ("order") DO UPDATE SET saved_at = EXCLUDED.saved_at,
  fields = CASE WHEN d.saved_at > $3 THEN d.fields ELSE '[]'::jsonb END
RETURNING d."order", d.fields
"""
# A statement of its own: it sees the photos of whoever held the draft before.
_THERE = 'SELECT id::text AS id FROM photos WHERE id::text = ANY($2) AND "order" = $1'
_WRITE = 'UPDATE request_drafts SET fields = $2::jsonb WHERE "order" = $1'


async def hold_draft(
    order_number: str, fields: Pairs, *, left_out: Collection[str] = (), now: datetime
) -> tuple[int, list[tuple[str, str]]] | None:
    """Hold the draft until the transaction ends; return the order's id, and the fields to write.

    Those are `fields` with the photos that the draft holds for the same items already, but for
    what is `left_out`; photos that are gone are not among them. None for an unknown order.
    """
    row = await connection().fetchrow(_HOLD, order_number, now, now - DRAFTS_KEPT)
    if row is None:
        return None
    saved = [(name, value) for name, value in loaded(row["fields"])]
    photos = [pair for pair in _photos(fields, saved) if pair[1] not in left_out]
    if photos:
        there = await connection().fetch(_THERE, row["order"], [photo for _, photo in photos])
        known = {one["id"] for one in there}
        photos = [pair for pair in photos if pair[1] in known]
    return row["order"], [pair for pair in fields if not _is_photo(pair)] + _not_too_many(photos)


async def write_draft(order_id: int, fields: Pairs) -> None:
    """Write the fields of a draft that is held."""
    await connection().execute(_WRITE, order_id, json.dumps(fields))


def photos_of(line_id: str, fields: Pairs) -> list[str]:
    """Return the ids of an item's photos."""
    return [photo for name, photo in fields if name == f"{PHOTO}{line_id}"]


def _photos(fields: Pairs, saved: Pairs) -> list[tuple[str, str]]:
    """Return the photos of the draft first, as they were kept, then those of the form."""
    if _kind(fields) != _kind(saved):
        saved = []
    taken = {f"{PHOTO}{value}" for name, value in fields if name == "take"}
    return list(dict.fromkeys(pair for pair in (*saved, *fields) if pair[0] in taken))


def _kind(fields: Pairs) -> str:
    return next((value for name, value in fields if name == "kind"), "")


def _is_photo(pair: tuple[str, str]) -> bool:
    return pair[0].startswith(PHOTO)


def _not_too_many(photos: Pairs) -> list[tuple[str, str]]:
    fewer: list[tuple[str, str]] = []
    for name, photo in photos:
        if sum(one == name for one, _ in fewer) < MOST_PHOTOS:
            fewer.append((name, photo))
    return fewer
