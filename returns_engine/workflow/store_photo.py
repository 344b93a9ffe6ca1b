"""Take a picture in: by its content, re-encoded, without what the camera wrote into it."""

import asyncio
import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from returns_engine.gateways.photo_store.store import PhotoStore
from returns_engine.rules.actor import Actor
from returns_engine.tables.engine import transaction
from returns_engine.tables.messages import Photo
from returns_engine.tables.orders import Order
from returns_engine.workflow.refusals import NotFound, Refusal

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2400


class NotAPhoto(Refusal):
    """The file is no picture we take: its content counts, not its name."""

    def __init__(self) -> None:
        super().__init__(
            "unsupported_photo", "Send a photo as JPEG, PNG or WebP, of at most 40 megapixels."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as it is kept: a JPEG of moderate size."""

    content: bytes
    width: int
    height: int


async def store_photo(
    raw: bytes, *, order_number: str | None, photos: PhotoStore, actor: Actor, now: datetime
) -> UUID:
    """Keep a picture and return its id; raises NotAPhoto, or NotFound for an unknown order.

    The file is written before the row: a crash between them leaves an orphan, never a row without
    its picture.
    """
    order_id = await _order_id(order_number)
    picture = await asyncio.to_thread(reencoded, raw)
    photo_id = uuid4()
    await photos.put(f"{photo_id}.jpg", picture.content)
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


async def _order_id(number: str | None) -> int | None:
    if number is None:
        return None
    row = await Order.select(Order.id).where(Order.number == number).first()
    if row is None:
        raise NotFound("order")
    order_id: int = row["id"]
    return order_id


def reencoded(raw: bytes) -> Picture:
    """Return the picture upright, at most 2,400 pixels long, as JPEG; raises NotAPhoto.

    What is transparent becomes white.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - only uploads pay for it

    try:
        with Image.open(io.BytesIO(raw), formats=FORMATS) as opened:
            _refuse_bomb(opened.width * opened.height)
            # A JPEG is read at a fraction of its size from here on: memory stays small.
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            small = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
            # How to turn it stands in the original's metadata, which the copy still carries.
            small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(small)
    except Exception:  # noqa: BLE001 - a broken file can break its decoder in any way
        raise NotAPhoto from None
    # A new picture from the pixels alone: no metadata, no trailing bytes, nothing to run.
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright, mask=upright if upright.mode == "RGBA" else None)
    kept = io.BytesIO()
    plain.save(kept, "JPEG", quality=85)
    return Picture(content=kept.getvalue(), width=plain.width, height=plain.height)


def _refuse_bomb(pixels: int) -> None:
    if pixels > MOST_PIXELS:
        raise NotAPhoto
