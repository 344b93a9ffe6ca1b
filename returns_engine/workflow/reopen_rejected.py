"""An appeal against a rejection was right: the units wait for another person's verdict."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from returns_engine.rules.actor import Actor
from returns_engine.tables.engine import connection, the_engine
from returns_engine.tables.returns import Label
from returns_engine.workflow.refusals import NotFound, SamePerson
from returns_engine.workflow.return_case import ReturnCase

_JUDGED = "You rejected these units before; another person must inspect them again."

_SET_ASIDE = """
SELECT r.id, EXISTS (
    SELECT FROM inspections i JOIN inspection_lines l ON l.inspection = i.id
    WHERE i.return_id = r.id AND i.inspected_by = $2 AND l.superseded > 0
      AND l.verdict = 'rejected' AND i.undone_at IS NULL)
  OR EXISTS (
    SELECT FROM opinions p WHERE p.return_id = r.id
      AND $2 IN (p.first_by, p.second_by, p.decided_by)
      AND (p.state = 'agreed' OR p.decided_verdict = 'rejected')
      AND r.appeal_outcome = 'upheld'
      AND COALESCE(p.decided_at, p.given_at) <= r.appeal_decided_at) AS theirs
FROM returns r WHERE r.number = $1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenedUnits:
    """Rejected units of a return line: those still here, and those sent back already."""

    line_id: str
    here: int
    sent: int


async def require_other_inspector(number: str, *, actor: Actor) -> None:
    """Raise SamePerson where an appeal set aside what the actor found in this return.

    Whoever was overruled judges nothing in this return any more. Raises NotFound.
    """
    if await was_set_aside(number, person=actor.person):
        raise SamePerson(_JUDGED)


async def was_set_aside(number: str, *, person: int | None) -> bool:
    """Say whether an appeal set aside a rejection that `person` gave or agreed with.

    Raises NotFound.
    """
    row = await the_engine().fetch_row(_SET_ASIDE, number, person)
    if row is None:
        raise NotFound("return")
    theirs: bool = row["theirs"]
    return theirs


async def reopen_rejected(case: ReturnCase) -> list[ReopenedUnits]:
    """Take rejections back; the lines of the old inspections stay on record, superseded.

    Units that the customer let us keep are settled. Those that were sent back are outstanding
    again: they count as never received, and their label is to be made anew.
    """
    reopened: list[ReopenedUnits] = []
    units: Counter[int] = Counter()
    for line in case.lines:
        here, sent = line.reopen()
        if here or sent:
            units[line.id] = here + sent
            reopened.append(ReopenedUnits(line_id=line.line_id, here=here, sent=sent))
    await _supersede(case, units)
    if any(one.sent for one in reopened):
        await _forget_label(case)
    return reopened


_REJECTING = """
SELECT l.id, l.return_line, l.quantity - l.superseded AS standing
FROM inspection_lines l JOIN inspections i ON i.id = l.inspection
WHERE i.return_id = $1 AND l.verdict = 'rejected' AND l.superseded < l.quantity
ORDER BY l.id DESC
"""
_SUPERSEDE = """
UPDATE inspection_lines SET superseded = superseded + new.units
FROM unnest($1::int[], $2::int[]) AS new (id, units) WHERE inspection_lines.id = new.id
"""


async def _supersede(case: ReturnCase, units: Mapping[int, int]) -> None:
    """Mark as many rejected units of each line as are reopened, the newest verdicts first."""
    left = Counter(units)
    taken: dict[int, int] = {}
    for row in await connection().fetch(_REJECTING, case.id):
        count = min(left[row["return_line"]], row["standing"])
        if count:
            taken[row["id"]] = count
            left[row["return_line"]] -= count
    await connection().execute(_SUPERSEDE, list(taken), list(taken.values()))


async def _forget_label(case: ReturnCase) -> None:
    """Leave room for a new label: the first one was used, and so was a tracking number."""
    await Label.delete().where(Label.return_ == case.id)
    case.label_issued = False
    case.in_transit = False
    case.values |= {
        "label_issued_at": None,
        "in_transit_at": None,
        "own_carrier": None,
        "own_tracking_number": None,
    }
