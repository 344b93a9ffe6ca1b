"""Read a photo to show it; its small copy is made where there is none yet."""

from uuid import UUID

from returns_engine.documents.picture import UnreadablePicture
from returns_engine.gateways.photo_store.store import PhotoStore
from returns_engine.tables.engine import transaction
from returns_engine.tables.messages import Photo
from returns_engine.workflow.photo_files import keep_small, read_file
from returns_engine.workflow.refusals import NotFound
from returns_engine.workflow.store_photo import small_of


async def read_photo(photos: PhotoStore, photo_id: UUID, *, small: bool = False) -> bytes:
    """Return the picture as a JPEG; raises NotFound where its file is gone, and PhotosAway."""
    if not small:
        return await read_file(photos, photo_id)
    try:
        return await read_file(photos, photo_id, small=True)
    except NotFound:
        return await _made_small(photos, photo_id)


async def _made_small(photos: PhotoStore, photo_id: UUID) -> bytes:
    """Make the small copy of a photo from before there were any.

    Its row is held meanwhile: who erases the photo waits, and then forgets this copy as well.
    """
    async with transaction():
        held = Photo.select(Photo.id).where(Photo.id == photo_id).lock_rows("KEY SHARE")
        if not await held:
            raise NotFound("photo")
        try:
            small = await small_of(await read_file(photos, photo_id))
        except UnreadablePicture:
            raise NotFound("photo") from None
        await keep_small(photos, photo_id, small)
    return small
