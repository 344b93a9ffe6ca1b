"""The customer's photos: taken in with the form, served only to whom they belong."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from returns_engine.documents.picture import LARGEST_PHOTO
from returns_engine.documents.request import MOST_PHOTOS
from returns_engine.queries.photo_of_order import find_photo
from returns_engine.rules.actor import Actor
from returns_engine.texts.localized import texts_in
from returns_engine.texts.words import mark
from returns_engine.web.languages import spoken_language
from returns_engine.web.photo_answers import photo_in_a_page
from returns_engine.web.portal.draft import Draft, Fields, Mistake
from returns_engine.web.portal.session import AnyRequest, the_customer
from returns_engine.web.services import Services
from returns_engine.web.who import services_of
from returns_engine.workflow.photo_files import PhotosAway
from returns_engine.workflow.refusals import Refusal
from returns_engine.workflow.store_photo import NotAPhoto, PhotoTooLarge, store_photo

UPLOAD_BYTES = 64 * 1024 * 1024
_UNPROCESSABLE = 422
_NOT_A_PHOTO = mark("This file is no photo we can read. Send JPEG, PNG or WebP.")
_TOO_LARGE = mark("This photo is larger than 10 MB. Send a smaller one.")
_TOO_MANY = mark("Send at most 10 photos for one item.")
_AWAY = mark("We cannot keep photos at the moment. Please send this again in a minute.")

_SAYS: Mapping[type[Refusal], str] = {
    NotAPhoto: _NOT_A_PHOTO,
    PhotoTooLarge: _TOO_LARGE,
    PhotosAway: _AWAY,
}


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
    """Keep the photos of one field; return the ids of what was kept, and what is wrong with others.

    One file that is none costs nobody the photos beside it.
    """
    ids: list[str] = []
    wrong: dict[str, Mistake] = {}
    files = fields.files(field)
    if len(files) > max(room, 0):
        wrong[_TOO_MANY] = Mistake(field=field, says=_TOO_MANY)
    for file in files[: max(room, 0)]:
        try:
            photo_id = await store_photo(
                await file.read(LARGEST_PHOTO + 1),
                order_number=actor.order,
                photos=services.photos,
                actor=actor,
                now=services.clock(),
            )
        except (NotAPhoto, PhotoTooLarge, PhotosAway) as refusal:
            says = _SAYS[type(refusal)]
            wrong[says] = Mistake(field=field, says=says)
        else:
            ids.append(str(photo_id))
    return ids, list(wrong.values())


@post("/order/photos", request_max_body_size=UPLOAD_BYTES)
async def send_photo(request: AnyRequest) -> Response[dict[str, str]]:
    """Keep one photo before the form is sent, for the script that shows how far it is."""
    actor = await the_customer(request)
    fields = Fields.of(await request.form())
    ids, mistakes = await take_in(fields, "file", actor, services_of(request), room=1)
    if not ids:
        texts = texts_in(spoken_language(request))
        says = mistakes[0].says if mistakes else _NOT_A_PHOTO
        return Response({"says": texts.gettext(says)}, status_code=_UNPROCESSABLE)
    return Response({"photo_id": ids[0]}, status_code=201)


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
