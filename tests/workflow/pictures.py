"""Pictures as cameras make them."""

import io
import zlib
from typing import Any
from uuid import UUID

from PIL import Image

from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.rules.actor import Actor
from returns_engine.workflow.store_photo import store_photo
from tests.workflow.orders import NOW
from tests.workflow.shop import DANA


def a_picture(
    kind: str = "JPEG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: Any
) -> bytes:
    """A picture, red on its left half and blue on its right."""
    picture = Image.new(mode, size, "red")
    picture.paste("blue", (size[0] // 2, 0, *size))
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


async def a_photo(
    photos: DirectoryPhotoStore, *, order: str | None = "EKR-1001", actor: Actor = DANA
) -> UUID:
    return await store_photo(a_picture(), order_number=order, photos=photos, actor=actor, now=NOW)


def chunk(name: bytes, body: bytes) -> bytes:
    sum_of = zlib.crc32(name + body).to_bytes(4, "big")
    return len(body).to_bytes(4, "big") + name + body + sum_of


def a_bomb(width: int, height: int, more: bytes = b"") -> bytes:
    """A PNG of a few bytes that says it is huge."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    pixels = zlib.compress(bytes(1000))
    body = chunk(b"IHDR", head) + more + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
