"""Photos for the staff's eyes: from a path where nothing can run."""

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from admin.signed_in import AnyRequest, staff_with
from returns_engine.gateways.photo_store.store import PhotoMissing
from returns_engine.rules.words import Scope
from returns_engine.tables.messages import Photo
from returns_engine.web.who import services_of
from returns_engine.workflow.refusals import NotFound

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Content-Disposition": "inline",
    "Cross-Origin-Resource-Policy": "same-origin",
    # The file under an id never changes; it stays in this browser and in no cache on the way.
    "Cache-Control": "private, max-age=3600, immutable",
}


@get("/admin/photos/{photo_id:uuid}", guards=[staff_with(Scope.RETURNS_READ)])
async def photo(request: AnyRequest, photo_id: FromPath[UUID]) -> Response[Any]:
    """Return a picture that a customer or the bench took."""
    row = await Photo.select(Photo.media_type).where(Photo.id == photo_id).first()
    if row is None:
        raise NotFound("photo")
    try:
        content = await services_of(request).photos.get(f"{photo_id}.jpg")
    except PhotoMissing:
        raise NotFound("photo") from None
    return Response(content, media_type=row["media_type"], headers=HEADERS)
