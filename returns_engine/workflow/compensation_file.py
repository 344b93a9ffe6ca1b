"""A compensation in hand: its row and its return, locked in that order's reverse."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from returns_engine.rules.actor import SYSTEM, Actor
from returns_engine.rules.lifecycle.compensation_states import (
    CompensationEvent,
    CompensationState,
    next_compensation,
)
from returns_engine.tables.compensations import Compensation
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import NotFound, SamePerson, StaleVersion
from returns_engine.workflow.return_case import ReturnCase, load_case_by_id


@dataclass(slots=True, kw_only=True)
class CompensationFile:
    """One compensation with the return it is for."""

    row: dict[str, Any]
    case: ReturnCase
    inspectors: list[int]

    async def move(
        self,
        event: CompensationEvent,
        values: dict[str, Any],
        *,
        reason: str | None = None,
        text: str | None = None,
    ) -> None:
        """Move it by its lifecycle, write `values` with it, and record that on the return.

        Raises TransitionNotAllowed. The case is saved by the caller.
        """
        before = CompensationState(self.row["state"])
        after = next_compensation(before, event)
        written: dict[Any, Any] = {
            "state": str(after),
            "version": self.row["version"] + 1,
            **values,
        }
        await Compensation.update(written).where(Compensation.id == self.row["id"])
        self.row |= written
        self.case.record(
            NewEvent(
                type=f"compensation.{after}",
                from_state=str(before),
                to_state=str(after),
                reason=reason,
                data={
                    "compensation_id": str(self.row["id"]),
                    "kind": self.row["kind"],
                    "amount": self.row["value"],
                    "currency": self.row["currency"],
                    "clause": self.row["clause"],
                },
                text=text,
            )
        )


_WHOSE = """
SELECT c.return_id, ARRAY(
    SELECT DISTINCT i.inspected_by FROM inspections i
    WHERE i.return_id = c.return_id AND i.inspected_by IS NOT NULL ORDER BY 1) AS inspectors
FROM compensations c WHERE c.id = $1
"""


async def load_compensation(
    compensation_id: UUID, *, expected_version: int | None = None
) -> CompensationFile:
    """Lock the return and the compensation, and load them; raises NotFound or StaleVersion."""
    found = await the_engine().fetch_row(_WHOSE, compensation_id)
    if found is None:
        raise NotFound("compensation")
    case = await load_case_by_id(found["return_id"])
    row = (
        await Compensation.select()
        .where(Compensation.id == compensation_id)
        .first()
        .lock_rows("NO KEY UPDATE")
    )
    if row is None:
        raise NotFound("compensation")
    if expected_version is not None and row["version"] != expected_version:
        raise StaleVersion(row["version"])
    return CompensationFile(row=row, case=case, inspectors=found["inspectors"])


async def require_another(compensation_id: UUID, *, actor: Actor) -> None:
    """Raise NotFound where there is no such compensation, SamePerson where `actor` inspected."""
    found = await the_engine().fetch_row(_WHOSE, compensation_id)
    if found is None:
        raise NotFound("compensation")
    if actor.person is not None and actor.person in found["inspectors"]:
        raise SamePerson("You inspected this return; another person must decide what goes on top.")


async def of_the_return(
    case: ReturnCase, *states: CompensationState, return_line: int | None = None
) -> list[CompensationFile]:
    """Return the compensations of a locked return that are in one of `states`, locked too."""
    query = Compensation.select().where(
        Compensation.return_ == case.id, Compensation.state.is_in([str(one) for one in states])
    )
    if return_line is not None:
        query = query.where(Compensation.return_line == return_line)
    rows = await query.order_by(Compensation.id).lock_rows("NO KEY UPDATE")
    return [CompensationFile(row=row, case=case, inspectors=[]) for row in rows]


def decided(file: CompensationFile, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return what is written of who decided, and who may not have."""
    person = None if actor is SYSTEM else actor.person
    return {"decided_at": now, "decided_by": person, "inspectors": file.inspectors}
