"""Add a photo to a draft as soon as it is there; sent twice, it is there once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from returns_engine.documents.request import MOST_PHOTOS
from returns_engine.gateways.photo_store.store import PhotoStore
from returns_engine.queries.saved_draft import saved_draft
from returns_engine.rules.actor import Actor
from returns_engine.tables.engine import the_engine, transaction
from returns_engine.workflow.draft_in_hand import (
    PHOTO,
    Pairs,
    hold_draft,
    photos_of,
    write_draft,
)
from returns_engine.workflow.refusals import NotFound, Unprocessable
from returns_engine.workflow.store_photo import keep_picture, picture_of, put_row

_SAME = "SELECT id FROM photos WHERE id = ANY($1::uuid[]) AND sha256 = $2 LIMIT 1"
_TOO_MANY = f"At most {MOST_PHOTOS} photos."


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """The photo, and the fields of the draft that it is in."""

    photo_id: UUID
    fields: Pairs


async def add_photo_to_draft(
    raw: bytes,
    *,
    order_number: str,
    line_id: str,
    fields: Pairs,
    photos: PhotoStore,
    actor: Actor,
    now: datetime,
) -> Added:
    """Keep a picture as one of an item's photos, and the `fields` of the form with it.

    The same picture again, as when an answer was lost on its way, is the photo that is there.
    Raises PhotoTooLarge, NotAPhoto, PhotosAway, Unprocessable `too_many_photos`, and NotFound for
    an unknown order.
    """
    picture = await picture_of(raw)
    saved = await saved_draft(order_number, now=now)
    there = await _the_same(line_id, saved.fields if saved else [], picture.sha256)
    photo_id = there or await keep_picture(photos, picture)
    async with transaction():
        held = await hold_draft(order_number, fields, now=now)
        if held is None:
            raise NotFound("order")
        order_id, kept = held
        # Sent side by side, the other one may be there by now; then our files are purged.
        known = await _the_same(line_id, kept, picture.sha256)
        if known is None:
            if len(photos_of(line_id, kept)) >= MOST_PHOTOS:
                raise Unprocessable("too_many_photos", _TOO_MANY)
            if there is None:
                await put_row(photo_id, picture, order_id=order_id, actor=actor, now=now)
            kept.append((f"{PHOTO}{line_id}", str(photo_id)))
        await write_draft(order_id, kept)
    return Added(photo_id=known or photo_id, fields=kept)


async def _the_same(line_id: str, fields: Pairs, sha256: str) -> UUID | None:
    """Return the item's photo that is this picture."""
    there = photos_of(line_id, fields)
    same = await the_engine().fetch_row(_SAME, there, sha256) if there else None
    return same["id"] if same else None
