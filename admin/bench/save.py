"""Save what the bench found: the parcel and the verdicts, both or neither."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from admin.bench.verdicts import RECEIVED_ONLY, BenchRow, inspected, newly_received
from admin.returns.case_lines import LineShown
from returns_engine.documents.picture import LARGEST_PHOTO
from returns_engine.documents.request import MOST_PHOTOS
from returns_engine.rules.actor import Actor
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import transaction
from returns_engine.texts.words import mark
from returns_engine.web.services import Services
from returns_engine.workflow.inspect_lines import inspect_lines
from returns_engine.workflow.receive_parcel import receive_parcel
from returns_engine.workflow.refusals import FieldRefusal, Refusal, Unprocessable
from returns_engine.workflow.store_photo import NotAPhoto, PhotoTooLarge, store_photo


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchCase:
    """The return that lies on the bench, as the form was made from it."""

    number: str
    order_number: str
    lines: Sequence[LineShown]
    version: int | None
    parcel_reference: str | None = None


async def store_photos(
    rows: Sequence[BenchRow], case: BenchCase, services: Services, *, actor: Actor, now: datetime
) -> list[BenchRow]:
    """Store the files of each row and return the rows with their ids, so none is sent twice.

    Raises Unprocessable `not_a_photo` or `too_many_photos` naming the row, and PhotosAway.
    """
    stored = []
    for row in rows:
        ids = list(row.photo_ids)
        if len(ids) + len(row.files) > MOST_PHOTOS:
            raise _at_photos(row, "too_many_photos", mark("Send at most 10 photos of one item."))
        for file in row.files:
            try:
                photo_id = await store_photo(
                    await file.read(LARGEST_PHOTO + 1),
                    order_number=case.order_number,
                    photos=services.photos,
                    actor=actor,
                    now=now,
                )
            except (NotAPhoto, PhotoTooLarge) as error:
                says = mark("This is not a photo: JPEG, PNG or WebP, at most 10 MB.")
                raise _at_photos(row, "not_a_photo", says) from error
            ids.append(str(photo_id))
        stored.append(replace(row, photo_ids=tuple(ids), files=()))
    return stored


async def save_at_bench(
    case: BenchCase, rows: Sequence[BenchRow], *, policy: Policy, actor: Actor, now: datetime
) -> None:
    """Count in what came and record the verdicts, in one transaction.

    Raises the use cases' refusals with the fields of this form. The version of the form is checked
    once, so that a form that is sent twice counts once.
    """
    judged = [row for row in rows if row.verdict != RECEIVED_ONLY]
    new = newly_received(rows, case.lines)
    places = {row.line_id: row.place for row in reversed(rows)}
    version = case.version
    async with transaction():
        if new:
            with _pointing_at([places[unit.line_id] for unit in new]):
                await receive_parcel(
                    case.number,
                    lines=new,
                    parcel_reference=case.parcel_reference,
                    actor=actor,
                    now=now,
                    expected_version=version,
                )
            version = None
        if judged:
            lines = [inspected(row, row.photo_ids) for row in judged]
            with _pointing_at([row.place for row in judged]):
                await inspect_lines(
                    case.number,
                    lines=lines,
                    policy=policy,
                    actor=actor,
                    now=now,
                    expected_version=version,
                )


@contextmanager
def _pointing_at(places: Sequence[int]) -> Iterator[None]:
    """Point the refusals of a call at the form's own rows, `places` by the call's lines."""
    try:
        yield
    except Unprocessable as error:
        raise _of_the_form(error, dict(enumerate(places))) from error


def _of_the_form(error: Refusal, places: Mapping[int, int]) -> Unprocessable:
    """Point at the form's own fields instead of the call's."""
    fields = []
    for field in error.fields:
        if not field.pointer.startswith("/lines/"):
            fields.append(field)
            continue
        _, _, index, *rest = field.pointer.split("/")
        place = places.get(int(index), 0) if index.isdigit() else 0
        name = {"quantity": "units", "photo_ids": "photos", "found_cause": "cause"}.get(
            rest[0] if rest else "", rest[0] if rest else ""
        )
        fields.append(
            FieldRefusal(pointer=f"/rows/{place}/{name}", code=field.code, detail=field.detail)
        )
    return Unprocessable(error.code, error.detail, *fields)


def _at_photos(row: BenchRow, code: str, says: str) -> Unprocessable:
    field = FieldRefusal(pointer=f"/rows/{row.place}/photos", code=code, detail=says)
    return Unprocessable(code, says, field)
