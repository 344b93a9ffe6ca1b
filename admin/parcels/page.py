"""What lies in quarantine, and one parcel of it with whose it may be."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from admin.forms import faults_of
from admin.lists.download import AT_ONCE, download
from admin.lists.frame import ListFrame
from admin.signed_in import AnyRequest, staff_page, staff_with
from returns_engine.queries.page import Page
from returns_engine.queries.parcels import list_parcels, read_parcel, read_quarantine_label
from returns_engine.queries.timeline import read_events
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.parcel_states import ParcelState
from returns_engine.rules.words import Scope
from returns_engine.texts.parcel_words import PARCEL_STATES
from returns_engine.texts.words import mark
from returns_engine.web.api.cursors import Cursors
from returns_engine.web.problems import status_of
from returns_engine.web.who import services_of
from returns_engine.workflow.parcel_file import parcel_chain
from returns_engine.workflow.refusals import NotFound, Refusal

PAGE = 50
_LIST = "parcels"
TO_COUNT_IN = "to_count_in"
TABS = {
    "quarantined": PARCEL_STATES["quarantined"],
    TO_COUNT_IN: mark("To count in"),
    "matched": PARCEL_STATES["matched"],
    "sent_back": PARCEL_STATES["sent_back"],
}
"""The lists of the work: what was matched and not opened yet must not be forgotten."""

COLUMNS = (
    *("number", "state", "quarantined_at", "tracking_number", "sender", "contents", "note"),
    *("came_with", "order_number", "return_number", "counted_at", "warehouse"),
)
_PATH = "/admin/parcels"
_READS = staff_with(Scope.RECEIVING_WRITE)


@get(_PATH, guards=[_READS])
async def parcels(request: AnyRequest) -> Response[str]:
    """List the parcels nobody announced: those in quarantine, unless another state is asked for."""
    state = _tab(request)
    services = services_of(request)
    cursors = Cursors(of=_LIST, filters={"state": state}, key=services.settings.secret_key)
    place = cursors.read_or_begin(request.query_params.get("cursor"))
    page = await _page(state, limit=PAGE, cursor=place)
    frame = ListFrame(
        path=_PATH,
        kept={"state": state},
        place=cursors.write(place),
        next_place=cursors.write(page.next_place),
    )
    return staff_page(
        request,
        "parcels.html",
        page=page,
        state=state,
        tabs=TABS,
        frame=frame,
        now=services.clock(),
    )


@get(f"{_PATH}.csv", guards=[_READS])
async def parcels_file(request: AnyRequest) -> Stream:
    """Hand out the whole list."""
    state = _tab(request)

    async def read(place: str | None) -> tuple[Sequence[dict[str, Any]], str | None]:
        page = await _page(state, limit=AT_ONCE, cursor=place)
        return page.items, page.next_place

    return download(f"parcels-{state}", COLUMNS, read, lambda one: [one[name] for name in COLUMNS])


@get("/admin/parcels/{parcel_id:uuid}", guards=[_READS])
async def parcel(request: AnyRequest, parcel_id: FromPath[UUID]) -> Response[str]:
    """Show a parcel, with whose it may be."""
    return await show_parcel(request, parcel_id)


@get("/admin/parcels/{parcel_id:uuid}/label", guards=[_READS])
async def label_state(request: AnyRequest, parcel_id: FromPath[UUID]) -> Response[str]:
    """Say whether the label is printed: what the open page asks until it is."""
    return staff_page(request, "_quarantine_label.html", parcel=await _read(request, parcel_id))


@get("/admin/parcels/{parcel_id:uuid}/label.pdf", guards=[_READS])
async def label_pdf(parcel_id: FromPath[UUID]) -> Response[bytes]:
    """Return the quarantine label, to print it once more."""
    pdf = await read_quarantine_label(parcel_id)
    if pdf is None:
        raise NotFound("label")
    headers = {"Content-Disposition": "inline", "Cache-Control": "no-store"}
    return Response(pdf, media_type="application/pdf", headers=headers)


async def show_parcel(
    request: AnyRequest,
    parcel_id: UUID,
    *,
    typed: Mapping[str, str] | None = None,
    error: Refusal | TransitionNotAllowed | None = None,
) -> Response[str]:
    """Answer with the parcel's page; after an error with what was typed and what is the matter."""
    shown = await _read(request, parcel_id)
    return staff_page(
        request,
        "parcel.html",
        status=status_of(error) if error else 200,
        parcel=shown,
        states=PARCEL_STATES,
        just_taken="taken" in request.query_params,
        events=await read_events(parcel_chain(shown["number"])),
        typed=typed or {},
        says=str(error) if error else "",
        faults=faults_of(error),
        now=services_of(request).clock(),
    )


def _tab(request: AnyRequest) -> str:
    state = request.query_params.get("state", "")
    return state if state in TABS else str(ParcelState.QUARANTINED)


async def _page(state: str, *, limit: int, cursor: str | None) -> Page:
    return await list_parcels(
        state=ParcelState.MATCHED if state == TO_COUNT_IN else state,
        uncounted=state == TO_COUNT_IN,
        limit=limit,
        cursor=cursor,
    )


async def _read(request: AnyRequest, parcel_id: UUID) -> dict[str, Any]:
    found = await read_parcel(parcel_id, country=services_of(request).policy.home_country)
    if found is None:
        raise NotFound("parcel")
    return found
