"""Photos for the staff's eyes: from a path where nothing can run."""

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from admin.signed_in import AnyRequest, staff_with
from returns_engine.queries.photo_of_order import find_photo
from returns_engine.rules.words import Scope
from returns_engine.web.photo_answers import photo_in_a_page
from returns_engine.workflow.refusals import NotFound

_READS = staff_with(Scope.RETURNS_READ)


@get("/admin/photos/{photo_id:uuid}", guards=[_READS])
async def photo(request: AnyRequest, photo_id: FromPath[UUID]) -> Response[Any]:
    """Return a picture that a customer or the bench took."""
    return await _shown(request, photo_id, small=False)


@get("/admin/photos/{photo_id:uuid}/small", guards=[_READS])
async def small_photo(request: AnyRequest, photo_id: FromPath[UUID]) -> Response[Any]:
    """Return its small copy, for lists."""
    return await _shown(request, photo_id, small=True)


async def _shown(request: AnyRequest, photo_id: UUID, *, small: bool) -> Response[bytes]:
    known = await find_photo(photo_id, order_number=None)
    if known is None:
        raise NotFound("photo")
    return await photo_in_a_page(request, known, small=small)
