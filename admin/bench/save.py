"""Save what the bench found: the parcel and the verdicts, both or neither."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from admin.bench.verdicts import RECEIVED_ONLY, BenchRow, inspected, newly_received
from admin.returns.case_lines import LineShown, titled
from admin.taken_photos import take_photos
from returns_engine.documents.request import MOST_PHOTOS
from returns_engine.rules.actor import Actor
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import transaction
from returns_engine.web.services import Services
from returns_engine.workflow.inspect_lines import inspect_lines
from returns_engine.workflow.receive_parcel import receive_parcel
from returns_engine.workflow.refusals import FieldRefusal, Refusal, Unprocessable


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
    """Store the photos of each row and return the rows with their ids, so none is sent twice.

    A file that is none is named in its row's `wrong_files`. Raises PhotosAway.
    """
    stored = []
    for row in rows:
        ids, wrong = await take_photos(
            row.files,
            room=MOST_PHOTOS - len(row.photo_ids),
            order_number=case.order_number,
            services=services,
            actor=actor,
            now=now,
        )
        kept = (*row.photo_ids, *ids)
        stored.append(replace(row, photo_ids=kept, files=(), wrong_files=tuple(wrong)))
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
            with _pointing_at([places[unit.line_id] for unit in new], case.lines):
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
            with _pointing_at([row.place for row in judged], case.lines):
                await inspect_lines(
                    case.number,
                    lines=lines,
                    policy=policy,
                    actor=actor,
                    now=now,
                    expected_version=version,
                )


@contextmanager
def _pointing_at(places: Sequence[int], lines: Sequence[LineShown]) -> Iterator[None]:
    """Point the refusals of a call at the form's own rows, `places` by the call's lines.

    They name an item by its title: who stands at the bench knows no ids of lines.
    """
    try:
        yield
    except Unprocessable as error:
        raise _of_the_form(error, dict(enumerate(places)), lines) from error


def _of_the_form(
    error: Refusal, places: Mapping[int, int], lines: Sequence[LineShown]
) -> Unprocessable:
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
            FieldRefusal(
                pointer=f"/rows/{place}/{name}", code=field.code, detail=titled(field.detail, lines)
            )
        )
    return Unprocessable(error.code, titled(error.detail, lines), *fields)
