"""Photos that may be used in a case: uploaded for its order, or at the bench."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from piccolo.query.methods.select import Select

from returns_engine.documents.request import MOST_PHOTOS, RequestDocument
from returns_engine.rules.words import ActorKind
from returns_engine.tables.messages import Photo
from returns_engine.workflow.refusals import FieldRefusal, Unprocessable


def photos_of(document: RequestDocument, within: str = "") -> dict[str, Sequence[str]]:
    """Return the photo ids of a request by their place in what was sent, as `require_photos` asks.

    `within` is the JSON pointer of the request itself.
    """
    return {
        f"{within}/lines/{place}/photo_ids": line.photo_ids or []
        for place, line in enumerate(document.lines)
    }


async def require_photos(
    used: Mapping[str, Sequence[str]], *, order_number: str, staff: bool = False
) -> None:
    """Refuse photo ids that do not exist or were uploaded for another order.

    `used` holds ids by the JSON pointer of their list. Only `staff` may use a photo that belongs
    to no order. Raises Unprocessable `too_many_photos`, or `unknown_photo` naming every field that
    holds one. What is let through is not purged before the transaction is over.
    """
    _refuse_too_many(used)
    wanted = {photo_id for ids in used.values() for photo_id in ids}
    if not wanted:
        return
    rows = await _held(
        Photo.select(Photo.id, Photo.order.number.as_alias("order_number")), sorted(wanted)
    )
    theirs = {order_number, None} if staff else {order_number}
    known = {str(row["id"]) for row in rows if row["order_number"] in theirs}
    faults = [
        FieldRefusal(pointer=f"{pointer}/{place}", code="unknown_photo", detail=_UNKNOWN)
        for pointer, ids in used.items()
        for place, photo_id in enumerate(ids)
        if photo_id.lower() not in known
    ]
    if faults:
        raise Unprocessable("unknown_photo", _UNKNOWN, *faults)


async def require_staff_photos(photo_ids: Sequence[str], *, pointer: str) -> None:
    """Refuse photo ids that do not exist, that a customer uploaded, or that are of an order.

    Raises Unprocessable `too_many_photos` or `unknown_photo`; what is of no order yet was taken at
    the bench. What is let through is not purged before the transaction is over.
    """
    _refuse_too_many({pointer: photo_ids})
    if not photo_ids:
        return
    of_nobody = Photo.select(Photo.id, Photo.uploaded_by).where(Photo.order.is_null())
    rows = await _held(of_nobody, photo_ids)
    theirs = f"{ActorKind.CUSTOMER}:"
    known = {str(row["id"]) for row in rows if not row["uploaded_by"].startswith(theirs)}
    faults = [
        FieldRefusal(pointer=f"{pointer}/{place}", code="unknown_photo", detail=_NOT_STAFFS)
        for place, photo_id in enumerate(photo_ids)
        if photo_id.lower() not in known
    ]
    if faults:
        raise Unprocessable("unknown_photo", _NOT_STAFFS, *faults)


async def _held(of_photos: Select[Any], photo_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return the rows of these photos, and hold them: whoever purges passes over what is held."""
    wanted = [one for text in photo_ids if (one := _uuid(text)) is not None]
    if not wanted:
        return []
    return await of_photos.where(Photo.id.is_in(wanted)).lock_rows("KEY SHARE", of=(Photo,))


def _refuse_too_many(used: Mapping[str, Sequence[str]]) -> None:
    faults = [
        FieldRefusal(pointer=pointer, code="too_many_photos", detail=_TOO_MANY)
        for pointer, ids in used.items()
        if len(ids) > MOST_PHOTOS
    ]
    if faults:
        raise Unprocessable("too_many_photos", _TOO_MANY, *faults)


_TOO_MANY = f"At most {MOST_PHOTOS} photos."
_NOT_STAFFS = "There is no such photo from the bench; upload it first, without an order."
_UNKNOWN = "There is no such photo for this order; upload it first."


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
