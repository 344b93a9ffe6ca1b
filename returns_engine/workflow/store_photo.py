"""Take a picture in: by its content, re-encoded, with a small copy for lists."""

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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
    """The file is no picture we take: its content counts, not its name; `why` is what it is."""

    def __init__(self, why: type[UnreadablePicture] = UnreadablePicture) -> None:
        super().__init__(
            "unsupported_photo",
            "Send a photo as JPEG or PNG, of at most 40 megapixels, or as WebP, of at most 20.",
        )
        self.why = why


class PhotoTooLarge(Refusal):
    """The file has more bytes than we take."""

    def __init__(self) -> None:
        super().__init__("too_large", "A photo has at most 10 MiB.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenPicture:
    """A picture and its small copy as they are kept; the digest is the picture's."""

    picture: Picture
    small: Picture
    sha256: str


async def store_photo(
    sent: "bytes | TakenPicture | Refusal",
    *,
    order_number: str | None,
    photos: PhotoStore,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Keep a picture, or what `looked_at` made of it, and return its id.

    The files are written before the row: a crash between them leaves orphans, which are purged,
    never a row without its picture. Raises PhotoTooLarge, NotAPhoto, PhotosAway, and NotFound for
    an unknown order.
    """
    order_id = await _order_id(order_number)
    taken = await looked_at(sent) if isinstance(sent, bytes) else sent
    if isinstance(taken, Refusal):
        raise taken
    photo_id = await keep_picture(photos, taken)
    async with transaction():
        await put_row(photo_id, taken, order_id=order_id, actor=actor, now=now)
    return photo_id


async def looked_at(raw: bytes) -> TakenPicture | Refusal:
    """Return the picture that somebody sent, or why it is none; in no transaction.

    It waits for all that are decoded before it, and a transaction would hold a connection so long.
    """
    try:
        return await picture_of(raw)
    except (NotAPhoto, PhotoTooLarge) as refusal:
        return refusal


async def picture_of(raw: bytes) -> TakenPicture:
    """Return the picture that somebody sent; raises PhotoTooLarge and NotAPhoto."""
    _refuse_too_large(raw)
    try:
        return await asyncio.get_running_loop().run_in_executor(_DECODER, _taken, raw)
    except UnreadablePicture as unreadable:
        raise NotAPhoto(type(unreadable)) from None


async def keep_picture(photos: PhotoStore, taken: TakenPicture) -> UUID:
    """Keep both files under a new id, which they have before there is a row; raises PhotosAway."""
    photo_id = uuid4()
    await keep_files(photos, photo_id, picture=taken.picture.content, small=taken.small.content)
    return photo_id


async def put_row(
    photo_id: UUID, taken: TakenPicture, *, order_id: int | None, actor: Actor, now: datetime
) -> None:
    """Put the row of a photo whose files are kept, in the open transaction."""
    await Photo.insert(
        Photo(
            id=photo_id,
            order=order_id,
            uploaded_by=f"{actor.kind}:{actor.id or ''}",
            uploaded_at=now,
            sha256=taken.sha256,
            media_type="image/jpeg",
            width=taken.picture.width,
            height=taken.picture.height,
            bytes=len(taken.picture.content),
        )
    )


async def small_of(picture: bytes) -> bytes:
    """Return the small copy of a picture that we keep."""
    made = await asyncio.get_running_loop().run_in_executor(_DECODER, small_picture, picture)
    return made.content


def _refuse_too_large(raw: bytes) -> None:
    if len(raw) > LARGEST_PHOTO:
        raise PhotoTooLarge


def _taken(raw: bytes) -> TakenPicture:
    picture = plain_picture(raw)
    digest = hashlib.sha256(picture.content).hexdigest()
    return TakenPicture(picture=picture, small=small_picture(picture.content), sha256=digest)


async def _order_id(number: str | None) -> int | None:
    if number is None:
        return None
    row = await Order.select(Order.id).where(Order.number == number).first()
    if row is None:
        raise NotFound("order")
    order_id: int = row["id"]
    return order_id
