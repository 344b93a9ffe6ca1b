"""Take a picture in: by its content, re-encoded, with a small copy for lists."""

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import UUID, uuid4

from returns_engine.documents.picture import (
    LARGEST_PHOTO,
    Picture,
    UnreadablePicture,
    plain_picture,
    small_picture,
)
from returns_engine.gateways.photo_store.store import PhotoStore
from returns_engine.rules.actor import Actor
from returns_engine.tables.engine import transaction
from returns_engine.tables.messages import Photo
from returns_engine.tables.orders import Order
from returns_engine.workflow.photo_files import keep_files
from returns_engine.workflow.refusals import NotFound, Refusal

# One picture at a time is decoded in a process, however many are sent at once: what that takes of
# memory is in docs/operate.md.
_DECODER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="picture")


class NotAPhoto(Refusal):
    """The file is no picture we take: its content counts, not its name."""

    def __init__(self) -> None:
        super().__init__(
            "unsupported_photo",
            "Send a photo as JPEG or PNG, of at most 40 megapixels, or as WebP, of at most 20.",
        )


class PhotoTooLarge(Refusal):
    """The file has more bytes than we take."""

    def __init__(self) -> None:
        super().__init__("too_large", "A photo has at most 10 MiB.")


async def store_photo(
    raw: bytes, *, order_number: str | None, photos: PhotoStore, actor: Actor, now: datetime
) -> UUID:
    """Keep a picture and return its id.

    The files are written before the row: a crash between them leaves orphans, which are purged,
    never a row without its picture. Raises PhotoTooLarge, NotAPhoto, PhotosAway, and NotFound for
    an unknown order.
    """
    if len(raw) > LARGEST_PHOTO:
        raise PhotoTooLarge
    order_id = await _order_id(order_number)
    picture, small = await _pictures_of(raw)
    photo_id = uuid4()
    await keep_files(photos, photo_id, picture=picture.content, small=small.content)
    async with transaction():
        await Photo.insert(
            Photo(
                id=photo_id,
                order=order_id,
                uploaded_by=f"{actor.kind}:{actor.id or ''}",
                uploaded_at=now,
                sha256=hashlib.sha256(picture.content).hexdigest(),
                media_type="image/jpeg",
                width=picture.width,
                height=picture.height,
                bytes=len(picture.content),
            )
        )
    return photo_id


async def small_of(picture: bytes) -> bytes:
    """Return the small copy of a picture that we keep."""
    made = await asyncio.get_running_loop().run_in_executor(_DECODER, small_picture, picture)
    return made.content


async def _pictures_of(raw: bytes) -> tuple[Picture, Picture]:
    try:
        return await asyncio.get_running_loop().run_in_executor(_DECODER, _both, raw)
    except UnreadablePicture:
        raise NotAPhoto from None


def _both(raw: bytes) -> tuple[Picture, Picture]:
    picture = plain_picture(raw)
    return picture, small_picture(picture.content)


async def _order_id(number: str | None) -> int | None:
    if number is None:
        return None
    row = await Order.select(Order.id).where(Order.number == number).first()
    if row is None:
        raise NotFound("order")
    order_id: int = row["id"]
    return order_id
