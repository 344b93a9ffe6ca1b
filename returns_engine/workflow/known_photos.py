"""Photos that may be used in a case: uploaded for its order, or at the bench."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from returns_engine.rules.words import ActorKind
from returns_engine.tables.messages import Photo
from returns_engine.workflow.refusals import FieldRefusal, Unprocessable


async def require_photos(
    used: Mapping[str, Sequence[str]], *, order_number: str, staff: bool = False
) -> None:
    """Refuse photo ids that do not exist or were uploaded for another order.

    `used` holds ids by the JSON pointer of their list. Only `staff` may use a photo that belongs
    to no order. Raises Unprocessable `unknown_photo`, naming every field that holds one.
    """
    wanted = {photo_id for ids in used.values() for photo_id in ids}
    if not wanted:
        return
    rows = await Photo.select(Photo.id, Photo.order.number.as_alias("order_number")).where(
        Photo.id.is_in(
            [one for text in wanted if (one := _uuid(text)) is not None] or [UUID(int=0)]
        )
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

    Raises Unprocessable `unknown_photo`; what is of no order yet was taken at the bench.
    """
    if not photo_ids:
        return
    wanted = [one for text in photo_ids if (one := _uuid(text)) is not None]
    rows = await Photo.select(Photo.id, Photo.uploaded_by).where(
        Photo.id.is_in(wanted or [UUID(int=0)]), Photo.order.is_null()
    )
    theirs = f"{ActorKind.CUSTOMER}:"
    known = {str(row["id"]) for row in rows if not row["uploaded_by"].startswith(theirs)}
    faults = [
        FieldRefusal(pointer=f"{pointer}/{place}", code="unknown_photo", detail=_NOT_STAFFS)
        for place, photo_id in enumerate(photo_ids)
        if photo_id.lower() not in known
    ]
    if faults:
        raise Unprocessable("unknown_photo", _NOT_STAFFS, *faults)


_NOT_STAFFS = "There is no such photo from the bench; upload it first, without an order."
_UNKNOWN = "There is no such photo for this order; upload it first."


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
