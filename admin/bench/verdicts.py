"""What the bench's form says: how many units came, and what was found about each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litestar.datastructures import UploadFile

from admin.forms import SentForm
from admin.returns.case_lines import LineShown
from admin.sent_checks import checks_in
from admin.words import CHECKS
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import Disposition, Grade, InspectionVerdict
from returns_engine.texts.words import mark
from returns_engine.workflow.inspected_units import InspectedUnits
from returns_engine.workflow.receive_parcel import ReceivedUnits
from returns_engine.workflow.refusals import FieldRefusal, Unprocessable

RECEIVED_ONLY = "received"
VERDICTS = (*InspectionVerdict, RECEIVED_ONLY)
MOST_ROWS = 200
_USUAL = {
    InspectionVerdict.ACCEPTED: Disposition.RESTOCK,
    InspectionVerdict.REJECTED: Disposition.QUARANTINE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchRow:
    """One row of the form: some units of one line, and what was found."""

    place: int
    line_id: str
    units: int
    verdict: str
    checks: Mapping[str, bool]
    grade: str
    found_cause: str
    disposition: str
    note: str
    clause: str
    photo_ids: tuple[str, ...]
    files: tuple[UploadFile, ...] = ()
    wrong_files: tuple[str, ...] = ()
    """What is wrong with files that were sent as photos, each by its name."""


def read_rows(form: SentForm, checks: Sequence[str]) -> list[BenchRow]:
    """Return the rows of the form that say something; `checks` are the policy's own."""
    places = [place for place in range(MOST_ROWS) if f"line-{place}" in form.fields]
    return [_row(form, place, checks) for place in places if form.text(f"verdict-{place}")]


def require_complete(rows: Sequence[BenchRow], policy: Policy) -> None:
    """Raise Unprocessable naming every field that is missing or wrong: `/rows/<place>/<field>`.

    Comes after the photos were stored, so that nobody has to choose
    them twice.
    """
    faults = [fault for row in rows for fault in _faults(row, policy)]
    if faults:
        raise Unprocessable(faults[0].code, faults[0].detail, *faults)
    if not rows:
        detail = mark("Nothing was decided yet: say for at least one item what came.")
        raise Unprocessable("nothing_decided", detail)


def _row(form: SentForm, place: int, all_checks: Sequence[str]) -> BenchRow:
    units = form.text(f"units-{place}")
    checks = checks_in(form, all_checks, f"-{place}")
    verdict = form.text(f"verdict-{place}")
    all_passed = len(checks) == len(all_checks) and all(checks.values())
    all_good = verdict == InspectionVerdict.ACCEPTED and all_passed
    return BenchRow(
        place=place,
        line_id=form.text(f"line-{place}"),
        units=int(units) if units.isascii() and units.isdigit() and len(units) < 6 else 0,  # noqa: PLR2004 - no parcel holds as many
        verdict=verdict,
        checks=checks,
        grade=form.text(f"grade-{place}") or (Grade.A if all_good else ""),
        found_cause=form.text(f"cause-{place}"),
        disposition=form.text(f"disposition-{place}"),
        note=form.text(f"note-{place}"),
        clause=form.text(f"clause-{place}"),
        photo_ids=tuple(form.texts(f"photo_id-{place}")),
        files=tuple(form.files(f"photos-{place}")),
    )


def _faults(row: BenchRow, policy: Policy) -> list[FieldRefusal]:
    faults = []
    if row.wrong_files:
        faults.append(_fault(row, "photos", "not_a_photo", " ".join(row.wrong_files)))
    if row.verdict not in VERDICTS:
        faults.append(_fault(row, "verdict", "wrong_value", mark("Choose what came.")))
    if row.units < 1:
        faults.append(_fault(row, "units", "too_small", mark("Say how many came, from 1 up.")))
    if row.verdict == RECEIVED_ONLY:
        return faults
    if row.grade not in set(Grade):
        faults.append(_fault(row, "grade", "grade_missing", mark("Choose a grade from A to D.")))
    if row.disposition and row.disposition not in set(Disposition):
        faults.append(_fault(row, "disposition", "wrong_value", mark("Choose where it goes.")))
    unseen = [CHECKS.get(one, one) for one in policy.condition_checks if one not in row.checks]
    if row.verdict == InspectionVerdict.ACCEPTED and unseen:
        says = f"Say of each whether it passes before you accept: {', '.join(unseen)}."
        faults.append(_fault(row, "check", "check_missing", says))
    if row.verdict == InspectionVerdict.REJECTED:
        faults += _without_evidence(row)
        if row.clause not in policy.clauses:
            says = mark("A rejection needs the clause it rests on: the customer reads it.")
            faults.append(_fault(row, "clause", "clause_required", says))
    return faults


def _without_evidence(row: BenchRow) -> list[FieldRefusal]:
    """Say beside the fields what the use case would refuse."""
    faults = []
    code = "rejection_needs_evidence"
    if not row.note:
        says = mark("A rejection needs a note: the customer reads it.")
        faults.append(_fault(row, "note", code, says))
    if not row.photo_ids and not row.wrong_files:
        says = mark("A rejection needs a photo: the customer sees it.")
        faults.append(_fault(row, "photos", code, says))
    return faults


def _fault(row: BenchRow, field: str, code: str, detail: str) -> FieldRefusal:
    return FieldRefusal(pointer=f"/rows/{row.place}/{field}", code=code, detail=detail)


def newly_received(rows: Sequence[BenchRow], lines: Sequence[LineShown]) -> list[ReceivedUnits]:
    """Return the units that were not counted in before: those beyond what already waits here."""
    waiting: Counter[str] = Counter()
    for line in lines:
        waiting[line.line_id] += line.waiting
    came: Counter[str] = Counter()
    for row in rows:
        came[row.line_id] += row.units
    new = {line_id: units - waiting[line_id] for line_id, units in came.items()}
    return [ReceivedUnits(line_id=one, quantity=units) for one, units in new.items() if units > 0]


def inspected(row: BenchRow, photo_ids: Sequence[str]) -> InspectedUnits:
    """Return the verdict of a row; where nothing was chosen the goods go to their usual place."""
    verdict = InspectionVerdict(row.verdict)
    return InspectedUnits(
        line_id=row.line_id,
        quantity=row.units,
        checks=row.checks,
        grade=row.grade,
        found_cause=row.found_cause or None,
        verdict=verdict,
        disposition=row.disposition or _USUAL[verdict],
        note=row.note or None,
        photo_ids=list(photo_ids),
        clause=row.clause if verdict is InspectionVerdict.REJECTED else None,
    )
