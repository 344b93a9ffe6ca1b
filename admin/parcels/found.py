"""A parcel nobody announced is taken in at the bench: one form, one number, one label."""

from typing import Any
from uuid import UUID, uuid4

from litestar import Response, get, post
from litestar.response import Redirect

from admin.forms import SentForm, faults_of, sent_form
from admin.signed_in import AnyRequest, caller_on, staff_page, staff_with
from admin.taken_photos import take_photos
from returns_engine.documents.request import MOST_PHOTOS
from returns_engine.rules.rma_number import normalize_rma_number
from returns_engine.rules.words import Scope
from returns_engine.texts.words import mark
from returns_engine.web.form_sizes import files_alone_are_large
from returns_engine.web.problems import status_of
from returns_engine.web.who import services_of
from returns_engine.workflow.refusals import Refusal, refuse_field
from returns_engine.workflow.take_in_parcel import FoundParcel, take_in_parcel

LARGEST_UPLOAD = 110 * 1024 * 1024
LONGEST_CODE = 128
_RECEIVES = staff_with(Scope.RECEIVING_WRITE)


@get("/admin/parcels/new", guards=[_RECEIVES])
async def new_parcel(request: AnyRequest) -> Response[Any]:
    """Show the form; `code` is what was scanned, `with` the return it came with."""
    asked = request.query_params
    came_with = normalize_rma_number(asked.get("with", "")) or ""
    code = asked.get("code", "").replace("\x00", "").strip()[:LONGEST_CODE]
    typed = {"tracking_number": code, "came_with": came_with, "parcel_id": str(uuid4())}
    saved = bool(asked.get("saved") and came_with)
    return staff_page(
        request, "parcel_new.html", typed=typed, kept=(), says="", faults={}, saved=saved
    )


@post(
    "/admin/parcels",
    guards=[_RECEIVES],
    request_max_body_size=LARGEST_UPLOAD,
    middleware=[files_alone_are_large],
    status_code=303,
)
async def take_in(request: AnyRequest) -> Response[Any]:
    """Put the parcel into quarantine; what is wrong is said beside its field, photos are kept."""
    form = await sent_form(request)
    photos = [text for text in form.texts("photo_id") if text]
    services, actor = services_of(request), caller_on(request).actor
    try:
        taken, wrong = await take_photos(
            form.files("photos"),
            room=MOST_PHOTOS - len(photos),
            order_number=None,
            services=services,
            actor=actor,
            now=services.clock(),
        )
        photos += taken
        if wrong:
            raise refuse_field("not_a_photo", " ".join(wrong), "/photos")
        parcel_id = await take_in_parcel(
            FoundParcel(
                tracking_number=_code(form),
                sender=form.text("sender"),
                contents=form.text("contents"),
                note=form.text("note"),
                photo_ids=photos,
                came_with=form.text("came_with"),
            ),
            actor=actor,
            now=services.clock(),
            parcel_id=_id_of_form(form),
        )
    except Refusal as error:
        return staff_page(
            request,
            "parcel_new.html",
            status=status_of(error),
            typed=form.typed(),
            kept=photos,
            says=str(error),
            faults=faults_of(error),
            saved=False,
        )
    return Redirect(f"/admin/parcels/{parcel_id}?taken=1", status_code=303)


def _code(form: SentForm) -> str:
    code = form.text("tracking_number")
    if len(code) > LONGEST_CODE:
        says = mark("A tracking number has at most 128 characters.")
        raise refuse_field("too_long", says, "/tracking_number")
    return code


def _id_of_form(form: SentForm) -> UUID | None:
    """Return the id that the form was made with: sent twice, it names one parcel."""
    try:
        return UUID(form.text("parcel_id"))
    except ValueError:
        return None
