"""Photos that a form of the staff brought: each kept by itself, and what is wrong with others."""

from collections.abc import Iterable
from datetime import datetime

from litestar.datastructures import UploadFile

from returns_engine.documents.picture import LARGEST_PHOTO
from returns_engine.rules.actor import Actor
from returns_engine.web.portal.photos import TOO_MANY, named, says_of
from returns_engine.web.services import Services
from returns_engine.workflow.store_photo import NotAPhoto, PhotoTooLarge, store_photo


async def take_photos(
    files: Iterable[UploadFile],
    *,
    room: int,
    order_number: str | None,
    services: Services,
    actor: Actor,
    now: datetime,
) -> tuple[list[str], list[str]]:
    """Keep the photos among `files`, at most `room`; return their ids, and of others what is wrong.

    Each of the latter is a sentence that names the file. One file that is none costs nobody the
    photos beside it. Raises PhotosAway.
    """
    ids: list[str] = []
    wrong: list[str] = []
    for file in files:
        if len(ids) >= room:
            wrong.append(f"{named(file)}: {TOO_MANY}")
            continue
        try:
            photo_id = await store_photo(
                await file.read(LARGEST_PHOTO + 1),
                order_number=order_number,
                photos=services.photos,
                actor=actor,
                now=now,
            )
        except (NotAPhoto, PhotoTooLarge) as refusal:
            wrong.append(f"{named(file)}: {says_of(refusal)}")
        else:
            ids.append(str(photo_id))
    return ids, wrong
