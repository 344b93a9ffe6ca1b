"""The files of a photo, the picture and its small copy: kept, read and forgotten together."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import structlog

from returns_engine.gateways.photo_store.store import (
    KeptFile,
    PhotoMissing,
    PhotoStore,
    PhotoStoreAway,
)
from returns_engine.workflow.refusals import NotFound, Refusal

AWAY_SECONDS = 30
_ID_LENGTH = 36

log = structlog.get_logger()


class PhotosAway(Refusal):
    """Photos cannot be kept, shown or erased now; `retry_after` in whole seconds."""

    retry_after = AWAY_SECONDS

    def __init__(self) -> None:
        super().__init__(
            "photo_store_away", "The store of photos does not answer; please try again in a minute."
        )


def file_of(photo_id: UUID, *, small: bool = False) -> str:
    """Return the key of a photo's file."""
    return f"{photo_id}-small.jpg" if small else f"{photo_id}.jpg"


def photo_of(key: str) -> UUID | None:
    """Return whose file it is; None for what never was one, such as a write that broke off."""
    for small in (False, True):
        try:
            photo_id = UUID(key[:_ID_LENGTH])
        except ValueError:
            return None
        if file_of(photo_id, small=small) == key:
            return photo_id
    return None


async def keep_files(photos: PhotoStore, photo_id: UUID, *, picture: bytes, small: bytes) -> None:
    """Keep both files; raises PhotosAway, and what was kept until then is an orphan."""
    with _or_refused():
        await photos.put(file_of(photo_id, small=True), small)
        await photos.put(file_of(photo_id), picture)


async def keep_small(photos: PhotoStore, photo_id: UUID, small: bytes) -> None:
    """Keep the small copy alone; raises PhotosAway."""
    with _or_refused():
        await photos.put(file_of(photo_id, small=True), small)


async def read_file(photos: PhotoStore, photo_id: UUID, *, small: bool = False) -> bytes:
    """Return a file; raises NotFound where it is gone, and PhotosAway."""
    with _or_refused():
        try:
            return await photos.get(file_of(photo_id, small=small))
        except PhotoMissing:
            raise NotFound("photo") from None


async def forget_files(photos: PhotoStore, photo_id: UUID) -> None:
    """Forget both files, harmless twice; raises PhotosAway."""
    with _or_refused():
        await photos.delete(file_of(photo_id))
        await photos.delete(file_of(photo_id, small=True))


async def forget_file(photos: PhotoStore, key: str) -> None:
    """Forget one file by its key, harmless twice; raises PhotosAway."""
    with _or_refused():
        await photos.delete(key)


async def all_files(photos: PhotoStore) -> AsyncIterator[Sequence[KeptFile]]:
    """Give every file there is, some at a time; raises PhotosAway."""
    with _or_refused():
        async for some in photos.listed():
            yield some


@contextmanager
def _or_refused() -> Iterator[None]:
    try:
        yield
    except PhotoStoreAway as away:
        log.warning("photo_store_away", says=str(away))
        raise PhotosAway from away
