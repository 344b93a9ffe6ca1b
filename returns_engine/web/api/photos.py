"""Pictures: taken as files, kept without what a camera writes into them."""

from litestar import Response, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from returns_engine.rules.words import Scope
from returns_engine.web.answers import json_answer
from returns_engine.web.api.call import Call
from returns_engine.web.idempotency import answered_once
from returns_engine.web.problems import InvalidRequest, UnsupportedMedia
from returns_engine.web.who import customer_or
from returns_engine.workflow.refusals import FieldRefusal
from returns_engine.workflow.store_photo import store_photo

LARGEST_PHOTO = 10 * 1024 * 1024
_AROUND_IT = 64 * 1024
_LONGEST_NUMBER = 100
_FIELDS = frozenset({"file", "order_number"})


@post(
    "/photos",
    guards=[customer_or(Scope.RETURNS_WRITE, Scope.INSPECTIONS_WRITE)],
    request_max_body_size=LARGEST_PHOTO + _AROUND_IT,
)
@answered_once
async def upload_photo(call: NamedDependency[Call]) -> Response[bytes]:
    """Keep a picture; staff and programs may say by `order_number` whose order it is for."""
    request = call.request
    if request.content_type[0] != "multipart/form-data":
        raise UnsupportedMedia("unsupported_media_type", "Send the photo as multipart/form-data.")
    form = await request.form()
    if unknown := sorted(set(form) - _FIELDS):
        raise _refused(f"/{unknown[0]}", "unknown_field", "No such field is known.")
    file, order_number = form.get("file"), form.get("order_number")
    if not isinstance(file, UploadFile):
        raise _refused("/file", "missing_field", "The photo is missing.")
    if not _could_be_a_number(order_number):
        raise _refused("/order_number", "wrong_value", "Expected the number of an order.")
    raw = await file.read()
    if len(raw) > LARGEST_PHOTO:
        raise RequestEntityTooLarge
    photo_id = await store_photo(
        raw,
        order_number=call.actor.order or order_number or None,
        photos=call.services.photos,
        actor=call.actor,
        now=call.now,
    )
    return json_answer({"photo_id": str(photo_id)}, status=201)


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


PHOTOS = [upload_photo]
