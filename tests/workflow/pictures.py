"""Pictures as cameras make them."""

import io
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
