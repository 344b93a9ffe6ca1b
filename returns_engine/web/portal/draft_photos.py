"""The photos of a draft: in it as soon as they are here, sent by the script or with the form."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post

from returns_engine.documents.picture import LARGEST_PHOTO
from returns_engine.queries.saved_draft import saved_draft
from returns_engine.rules.actor import Actor
from returns_engine.texts.localized import texts_in
from returns_engine.texts.words import mark
from returns_engine.web.form_sizes import files_alone_are_large
from returns_engine.web.languages import spoken_language
from returns_engine.web.photo_limit import count_photo
from returns_engine.web.portal.draft import Draft, Fields, Mistake, read_draft
from returns_engine.web.portal.items import order_of, within
from returns_engine.web.portal.photos import REFUSED, UPLOAD_BYTES, named, says_of
from returns_engine.web.portal.session import AnyRequest, the_customer
from returns_engine.web.problems import TooMany, headers_of, status_of
from returns_engine.web.services import Services
from returns_engine.web.who import services_of
from returns_engine.workflow.add_photo_to_draft import add_photo_to_draft
from returns_engine.workflow.keep_draft import keep_draft
from returns_engine.workflow.leave_photo_out import leave_photo_out
from returns_engine.workflow.photo_files import PhotosAway

_CREATED, _UNPROCESSABLE = 201, 422
_LINE = "line"
_NO_FILE = mark("Choose a photo.")


async def keep(
    draft: Draft, actor: Actor, services: Services, *, fields: Fields | None = None
) -> Draft:
    """Keep the draft for whoever comes back, and return it with the photos that are kept.

    What is too long to be sent is not kept whole. `fields` are those of a form that shows photos:
    one that was shown and is not ticked is left out.
    """
    kept = await keep_draft(
        actor.order or "",
        draft.within_limits().details(),
        left_out=_left_out(draft, fields) if fields else set(),
        now=services.clock(),
    )
    return draft.with_photos_of(read_draft(Fields.of_pairs(kept)))


def _left_out(draft: Draft, fields: Fields) -> set[str]:
    """Return the photos that the form showed, and that were not to be sent along."""
    shown = {photo for line in draft.lines for photo in fields.many(f"shown.{line.line_id}")}
    return shown - {photo for line in draft.lines for photo in line.photo_ids}


async def keep_photos(
    draft: Draft, fields: Fields, actor: Actor, services: Services
) -> tuple[Draft, list[Mistake]]:
    """Keep the photos that came with a form; return the draft with them, and what failed."""
    mistakes = []
    for line in draft.lines:
        for file in fields.files(f"photos.{line.line_id}"):
            try:
                draft, _ = await _added(file, line.line_id, draft, actor, services)
            except REFUSED as refusal:
                field = f"photos.{line.line_id}"
                mistakes.append(Mistake(field=field, says=says_of(refusal), file=named(file)))
    return draft, mistakes


async def _added(
    file: Any,  # noqa: ANN401 - a file of a form
    line_id: str,
    draft: Draft,
    actor: Actor,
    services: Services,
) -> tuple[Draft, UUID]:
    await count_photo(actor, services)
    added = await add_photo_to_draft(
        await file.read(LARGEST_PHOTO + 1),
        order_number=actor.order or "",
        line_id=line_id,
        fields=draft.within_limits().details(),
        photos=services.photos,
        actor=actor,
        now=services.clock(),
    )
    return draft.with_photos_of(read_draft(Fields.of_pairs(added.fields))), added.photo_id


@post("/order/photos", request_max_body_size=UPLOAD_BYTES, middleware=[files_alone_are_large])
async def send_photo(request: AnyRequest) -> Response[dict[str, str]]:
    """Keep one photo in the draft before the form is sent, and what the form holds with it.

    For the script that shows how far it is; the same photo sent again is the one that is there.
    """
    actor = await the_customer(request)
    services = services_of(request)
    fields = Fields.of(await request.form())
    draft = within(read_draft(fields), await order_of(actor.order or "", services))
    # Which photos there are the draft knows: one may be removed while this one is on its way.
    draft = draft.with_photos_of(Draft())
    file = next(iter(fields.files("file")), None)
    if file is None or draft.line(fields.one(_LINE)) is None:
        return _told(request, _NO_FILE, _UNPROCESSABLE)
    try:
        _, photo_id = await _added(file, fields.one(_LINE), draft, actor, services)
    except REFUSED as refusal:
        # What is too often, and a store that is away, can be sent again.
        passes = isinstance(refusal, PhotosAway | TooMany)
        status = status_of(refusal) if passes else _UNPROCESSABLE
        answer = _told(request, says_of(refusal), status)
        answer.headers.update(headers_of(request, refusal))
        return answer
    return Response({"photo_id": str(photo_id)}, status_code=_CREATED)


def _told(request: AnyRequest, says: str, status: int) -> Response[dict[str, str]]:
    texts = texts_in(spoken_language(request))
    return Response({"says": texts.gettext(says)}, status_code=status)


@post("/order/photos/leave-out", status_code=204)
async def leave_out(request: AnyRequest) -> None:
    """Take a photo out of the draft; harmless twice."""
    actor = await the_customer(request)
    photo = Fields.of(await request.form()).one("photo")
    await leave_photo_out(actor.order or "", photo, now=services_of(request).clock())


@get("/order/photos")
async def kept_photos(request: AnyRequest) -> Response[dict[str, Any]]:
    """Return the kind of the draft, and its photos by item, for a page that was gone back to."""
    actor = await the_customer(request)
    saved = await saved_draft(actor.order or "", now=services_of(request).clock())
    draft = read_draft(Fields.of_pairs(saved.fields)) if saved else None
    answer = {
        "kind": draft.kind if draft else None,
        "photos": {line.line_id: line.photo_ids for line in draft.lines} if draft else {},
    }
    return Response(answer, headers={"Cache-Control": "no-store"})
