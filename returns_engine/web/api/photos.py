"""Pictures: taken as files, kept without what a camera writes into them."""

from typing import Any

from litestar import Request, Response, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from returns_engine.documents.picture import LARGEST_PHOTO
from returns_engine.queries.photo_of_order import KnownPhoto, find_photo
from returns_engine.rules.words import Scope
from returns_engine.web.answers import address_of, json_answer
from returns_engine.web.api.call import Call
from returns_engine.web.api.endpoint import JPEG, Declared, declared, reads
from returns_engine.web.api.reading import read_form
from returns_engine.web.api.shapes.warehouse import UploadedPhoto
from returns_engine.web.api.visible import photo_id_of
from returns_engine.web.idempotency import answered_once
from returns_engine.web.photo_answers import photo_answer
from returns_engine.web.photo_limit import count_photo
from returns_engine.web.problems import InvalidRequest, UnsupportedMedia
from returns_engine.web.who import customer_or
from returns_engine.workflow.refusals import FieldRefusal, NotFound, Refusal
from returns_engine.workflow.store_photo import TakenPicture, looked_at, store_photo

_AROUND_IT = 64 * 1024
_LONGEST_NUMBER = 100
_FIELDS = frozenset({"file", "order_number"})


_WHO = customer_or(Scope.RETURNS_WRITE, Scope.INSPECTIONS_WRITE)


@post(
    "/photos",
    guards=[_WHO],
    opt=declared(
        Declared(
            answers=UploadedPhoto,
            statuses=(201,),
            who=_WHO,
            takes_file=True,
            refuses=(
                *("not_found", "unsupported_media_type", "unsupported_photo"),
                *("photo_store_away", "too_many_requests"),
            ),
            once=True,
        )
    ),
    request_max_body_size=LARGEST_PHOTO + _AROUND_IT,
)
async def upload_photo(call: NamedDependency[Call]) -> Response[bytes]:
    """Keep a picture; staff and programs may say by `order_number` whose order it is for."""
    await count_photo(call.actor, call.services)
    # Before the transaction that a key opens: see `looked_at`.
    return await _keep(call=call, picture=await _picture_in(call.request))


async def _picture_in(request: Request[Any, Any, Any]) -> TakenPicture | Refusal | None:
    """Return the picture of the form, or why it is none; None where there is no file."""
    if request.content_type[0] != "multipart/form-data":
        return None
    try:
        file = (await read_form(request)).get("file")
    except (HTTPException, InvalidRequest):
        # Said where the form is asked for.
        return None
    if not isinstance(file, UploadFile):
        return None
    raw = await file.read(LARGEST_PHOTO + 1)
    await file.seek(0)
    return await looked_at(raw)


@answered_once
async def _keep(*, call: Call, picture: TakenPicture | Refusal | None) -> Response[bytes]:
    call.refuse_version()
    request = call.request
    if request.content_type[0] != "multipart/form-data":
        raise UnsupportedMedia("unsupported_media_type", "Send the photo as multipart/form-data.")
    form = await read_form(request)
    if unknown := sorted(set(form) - _FIELDS):
        raise _refused(f"/{unknown[0]}", "unknown_field", "No such field is known.")
    if twice := sorted(name for name in form if len(form.getall(name)) > 1):
        raise _refused(f"/{twice[0]}", "duplicate_key", "The field is given twice.")
    file, order_number = form.get("file"), form.get("order_number")
    if picture is None or not isinstance(file, UploadFile):
        raise _refused("/file", "missing_field", "The photo is missing.")
    if not _could_be_a_number(order_number):
        raise _refused("/order_number", "wrong_value", "Expected the number of an order.")
    if order_number and not call.caller.sees_order(order_number):
        raise NotFound("order")
    photo_id = await store_photo(
        picture,
        order_number=call.actor.order or order_number or None,
        photos=call.services.photos,
        actor=call.actor,
        now=call.now,
    )
    return json_answer({"photo_id": str(photo_id)}, made_at=address_of("photos", str(photo_id)))


@reads(
    "/photos/{photo_id:str}",
    customer_or(Scope.RETURNS_READ),
    answers=JPEG,
    refuses=("photo_store_away",),
)
async def get_photo(call: NamedDependency[Call], photo_id: FromPath[str]) -> Response[bytes]:
    """Give out a picture as JPEG; customers see those of their order."""
    return await photo_answer(call.services.photos, await _visible(photo_id, call), small=False)


@reads(
    "/photos/{photo_id:str}/small",
    customer_or(Scope.RETURNS_READ),
    answers=JPEG,
    refuses=("photo_store_away",),
)
async def get_small_photo(call: NamedDependency[Call], photo_id: FromPath[str]) -> Response[bytes]:
    """Give out its small copy, 320 pixels long, for lists."""
    return await photo_answer(call.services.photos, await _visible(photo_id, call), small=True)


async def _visible(text: str, call: Call) -> KnownPhoto:
    order_number = (call.actor.order or "") if call.caller.is_customer else None
    known = await find_photo(photo_id_of(text), order_number=order_number)
    if known is None:
        raise NotFound("photo")
    return known


def _could_be_a_number(given: object) -> bool:
    """Tell whether a form field can name an order: text that a database can look for."""
    if given is None:
        return True
    if not isinstance(given, str) or "\0" in given or len(given) > _LONGEST_NUMBER:
        return False
    return not any("\ud800" <= sign <= "\udfff" for sign in given)


def _refused(pointer: str, code: str, detail: str) -> InvalidRequest:
    fault = FieldRefusal(pointer=pointer, code=code, detail=detail)
    return InvalidRequest("invalid_request", detail, fault)


PHOTOS = [upload_photo, get_photo, get_small_photo]
