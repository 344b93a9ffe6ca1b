"""The customer's photos: taken in with the form, served only to whom they belong."""

from dataclasses import replace
from uuid import UUID

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from returns_engine.gateways.photo_store.store import PhotoMissing
from returns_engine.queries.photo_of_order import photo_media_type
from returns_engine.rules.actor import Actor
from returns_engine.texts.words import mark
from returns_engine.web.portal.draft import Draft, Fields, Mistake
from returns_engine.web.portal.session import AnyRequest, the_customer
from returns_engine.web.services import Services
from returns_engine.web.who import services_of
from returns_engine.workflow.store_photo import NotAPhoto, store_photo

PHOTO_BYTES = 10 * 1024 * 1024
MOST_PHOTOS = 10
_NOT_A_PHOTO = mark("This file is no photo we can read. Send JPEG, PNG or WebP.")
_TOO_LARGE = mark("This photo is larger than 10 MB. Send a smaller one.")
_TOO_MANY = mark("Send at most 10 photos for one item.")


async def keep_photos(
    draft: Draft, fields: Fields, actor: Actor, services: Services
) -> tuple[Draft, list[Mistake]]:
    """Keep the photos that came with a form; return the draft with their ids, and what failed."""
    lines, mistakes = [], []
    for line in draft.lines:
        field = f"photos.{line.line_id}"
        added, fault = await take_in(
            fields, field, actor, services, room=MOST_PHOTOS - len(line.photo_ids)
        )
        lines.append(replace(line, photo_ids=(*line.photo_ids, *added)))
        mistakes += fault
    return replace(draft, lines=tuple(lines)), mistakes


async def take_in(
    fields: Fields, field: str, actor: Actor, services: Services, *, room: int = MOST_PHOTOS
) -> tuple[list[str], list[Mistake]]:
    """Keep the photos of one field; return their ids, and the mistake that stopped it."""
    ids: list[str] = []
    files = fields.files(field)
    if len(files) > room:
        return ids, [Mistake(field=field, says=_TOO_MANY)]
    for file in files:
        raw = await file.read()
        if len(raw) > PHOTO_BYTES:
            return ids, [Mistake(field=field, says=_TOO_LARGE)]
        try:
            photo_id = await store_photo(
                raw,
                order_number=actor.order,
                photos=services.photos,
                actor=actor,
                now=services.clock(),
            )
        except NotAPhoto:
            return ids, [Mistake(field=field, says=_NOT_A_PHOTO)]
        ids.append(str(photo_id))
    return ids, []


@get("/photos/{photo_id:uuid}")
async def show_photo(request: AnyRequest, photo_id: FromPath[UUID]) -> Response[bytes]:
    """Show a photo about the customer's order: an image to every browser, which runs nothing."""
    actor = await the_customer(request)
    media_type = await photo_media_type(photo_id, order_number=actor.order or "")
    if media_type is None:
        raise NotFoundException
    try:
        picture = await services_of(request).photos.get(f"{photo_id}.jpg")
    except PhotoMissing:
        raise NotFoundException from None
    return Response(
        picture,
        media_type=media_type,
        headers={
            "Cache-Control": "private, max-age=600",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Content-Disposition": "inline",
        },
    )
