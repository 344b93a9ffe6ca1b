"""The customer's photos: taken in where one answers us, served only to whom they belong."""

from collections.abc import Mapping
from uuid import UUID

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from returns_engine.documents.picture import (
    LARGEST_PHOTO,
    HeicPicture,
    TooManyPixels,
    UnreadablePicture,
)
from returns_engine.documents.request import MOST_PHOTOS
from returns_engine.queries.photo_of_order import find_photo
from returns_engine.rules.actor import Actor
from returns_engine.texts.words import mark
from returns_engine.web.photo_answers import photo_in_a_page
from returns_engine.web.photo_limit import count_photo
from returns_engine.web.portal.draft import Fields, Mistake
from returns_engine.web.portal.session import AnyRequest, the_customer
from returns_engine.web.problems import TooMany
from returns_engine.web.services import Services
from returns_engine.workflow.photo_files import PhotosAway
from returns_engine.workflow.refusals import Refusal, Unprocessable
from returns_engine.workflow.store_photo import NotAPhoto, PhotoTooLarge, store_photo

UPLOAD_BYTES = 64 * 1024 * 1024
REFUSED = (NotAPhoto, PhotoTooLarge, PhotosAway, TooMany, Unprocessable)
"""What keeps a photo of a customer from being kept."""
TOO_MANY = mark("Send at most 10 photos for one item.")
TOO_LARGE = mark("This photo is larger than 10 MB. Send a smaller one, or a screenshot of it.")
_OFTEN = mark("You sent many photos within an hour. Send this one later, or leave it out.")
_AWAY = mark("We cannot keep photos at the moment. Please send this again in a minute.")
_OF_A_PICTURE: Mapping[type[UnreadablePicture], str] = {
    UnreadablePicture: mark("This file is no photo we can read. Send JPEG, PNG or WebP."),
    TooManyPixels: mark(
        "This photo has more pixels than we can take. Send a smaller one, or a screenshot of it."
    ),
    HeicPicture: mark("We cannot read HEIC photos. Send it as JPEG, or a screenshot of it."),
}
_LONGEST_NAME = 80


def says_of(refusal: Refusal) -> str:
    """Return what is wrong with a photo, with the remedy."""
    if isinstance(refusal, NotAPhoto):
        return _OF_A_PICTURE[refusal.why]
    if isinstance(refusal, PhotoTooLarge):
        return TOO_LARGE
    if isinstance(refusal, TooMany):
        return _OFTEN
    return _AWAY if isinstance(refusal, PhotosAway) else TOO_MANY


def named(file: object) -> str:
    """Return what a file is called on the customer's device, cut to what fits on a page."""
    return str(getattr(file, "filename", ""))[:_LONGEST_NAME]


async def take_in(
    fields: Fields, field: str, actor: Actor, services: Services
) -> tuple[list[str], list[Mistake]]:
    """Keep the photos of one field; return the ids of what was kept, and what is wrong with others.

    One file that is none costs nobody the photos beside it.
    """
    ids: list[str] = []
    wrong: list[Mistake] = []
    for file in fields.files(field):
        if len(ids) == MOST_PHOTOS:
            wrong.append(Mistake(field=field, says=TOO_MANY, file=named(file)))
            continue
        try:
            await count_photo(actor, services)
            photo_id = await store_photo(
                await file.read(LARGEST_PHOTO + 1),
                order_number=actor.order,
                photos=services.photos,
                actor=actor,
                now=services.clock(),
            )
        except REFUSED as refusal:
            wrong.append(Mistake(field=field, says=says_of(refusal), file=named(file)))
        else:
            ids.append(str(photo_id))
    return ids, wrong


@get("/photos/{photo_id:uuid}")
async def show_photo(request: AnyRequest, photo_id: FromPath[UUID]) -> Response[bytes]:
    """Show a photo about the customer's order."""
    return await _shown(request, photo_id, small=False)


@get("/photos/{photo_id:uuid}/small")
async def show_small_photo(request: AnyRequest, photo_id: FromPath[UUID]) -> Response[bytes]:
    """Show its small copy, for lists."""
    return await _shown(request, photo_id, small=True)


async def _shown(request: AnyRequest, photo_id: UUID, *, small: bool) -> Response[bytes]:
    actor = await the_customer(request)
    known = await find_photo(photo_id, order_number=actor.order or "")
    if known is None:
        raise NotFoundException
    return await photo_in_a_page(request, known, small=small)
