"""A second opinion in hand: its row under the lock of its return, moved and saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from returns_engine.queries.rows import loaded
from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.opinion_states import (
    GIVEN_IN,
    OPEN,
    OpinionCause,
    OpinionEvent,
    OpinionState,
    next_opinion,
)
from returns_engine.tables.engine import the_engine
from returns_engine.tables.opinions import Opinion
from returns_engine.workflow.case_line import CaseLine
from returns_engine.workflow.inspected_units import InspectedUnits
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import NotFound, SamePerson, StaleVersion
from returns_engine.workflow.reopen_rejected import require_other_inspector
from returns_engine.workflow.return_case import ReturnCase, load_case_by_id


@dataclass(slots=True, kw_only=True)
class OpinionFile:
    """One second opinion with its return and the line whose units it is about."""

    row: dict[str, Any]
    case: ReturnCase
    line: CaseLine

    @property
    def state(self) -> OpinionState:
        """Return where it stands."""
        return OpinionState(self.row["state"])

    @property
    def cause(self) -> OpinionCause:
        """Return why it was asked for."""
        return OpinionCause(self.row["cause"])

    @property
    def units(self) -> dict[str, object]:
        """Return which units it is about, for the record."""
        return {
            "opinion_id": str(self.row["id"]),
            "line_id": self.line.line_id,
            "quantity": self.row["quantity"],
        }

    def rejected(self) -> InspectedUnits:
        """Return the first verdict, as the bench gave it."""
        return InspectedUnits(
            line_id=self.line.line_id,
            quantity=self.row["quantity"],
            checks=loaded(self.row["first_checks"]),
            grade=self.row["first_grade"],
            found_cause=self.row["first_cause"],
            verdict="rejected",
            disposition=self.row["first_disposition"],
            note=self.row["first_note"],
            clause=self.row["first_clause"],
            photo_ids=loaded(self.row["photo_ids"]),
        )

    def accepted(self, disposition: str) -> InspectedUnits:
        """Return the second verdict, with where the goods go."""
        return InspectedUnits(
            line_id=self.line.line_id,
            quantity=self.row["quantity"],
            checks=loaded(self.row["second_checks"]),
            grade=self.row["second_grade"],
            found_cause=self.row["second_cause"],
            verdict="accepted",
            disposition=disposition,
            note=None,
            photo_ids=loaded(self.row["photo_ids"]),
        )


async def require_new_eyes(opinion_id: UUID, *, actor: Actor) -> None:
    """Raise NotFound, or SamePerson where `actor` judged these units before.

    Whoever an appeal set aside in this return gives no opinion in it either, nor, on appeal,
    whoever refused anything of what it is about.
    """
    row = await the_engine().fetch_row(_WHOSE, opinion_id)
    if row is None:
        raise NotFound("opinion")
    judged = {row["first_by"], row["second_by"]} - {None}
    if row["cause"] == OpinionCause.APPEAL:
        judged |= set(loaded(row["refusers"]))
    if actor.person in judged:
        raise SamePerson("You judged these items before; another person must look at them.")
    if row["upheld"]:
        await require_other_inspector(row["number"], actor=actor)


_WHOSE = """
SELECT p.cause, p.first_by, p.second_by, r.refusers, r.number,
       COALESCE(r.appeal_outcome = 'upheld', false) AS upheld
FROM opinions p JOIN returns r ON r.id = p.return_id WHERE p.id = $1
"""


async def load_opinion(opinion_id: UUID, *, expected_version: int | None = None) -> OpinionFile:
    """Lock the return and load its opinion.

    Raises NotFound, StaleVersion, or TransitionNotAllowed while the return is not where it is
    given: during an appeal about other units of it, say.
    """
    row = await _row(opinion_id)
    case = await load_case_by_id(row["return_id"])
    # Only under the return's lock do we see all that was done before.
    row = await _row(opinion_id)
    if expected_version is not None and row["version"] != expected_version:
        raise StaleVersion(row["version"])
    if OpinionState(row["state"]) in OPEN and case.headline not in GIVEN_IN[row["cause"]]:
        raise TransitionNotAllowed(case.headline, "second_opinion")
    line = next(line for line in case.lines if line.id == row["return_line"])
    return OpinionFile(row=row, case=case, line=line)


async def _row(opinion_id: UUID) -> dict[str, Any]:
    row = await Opinion.select().where(Opinion.id == opinion_id).first()
    if row is None:
        raise NotFound("opinion")
    return row


async def move_opinion(
    opinion: OpinionFile, event: OpinionEvent, values: Mapping[str, Any], *, text: str | None
) -> OpinionState:
    """Move a loaded opinion, record it and write its row with `values`.

    The case is saved by the caller. Raises TransitionNotAllowed for a move that the table lacks.
    """
    before = opinion.state
    state = next_opinion(before, event)
    opinion.case.record(
        NewEvent(
            type=f"opinion.{state}",
            from_state=str(before),
            to_state=str(state),
            data=opinion.units,
            text=text,
        )
    )
    written: dict[Any, Any] = {**values, "state": str(state), "version": opinion.row["version"] + 1}
    opinion.row |= written
    await Opinion.update(written).where(Opinion.id == opinion.row["id"])
    return state
