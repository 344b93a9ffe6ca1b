"""A replacement in hand: its row under the lock of its return, moved and saved."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.replacement_states import (
    ReplacementEvent,
    ReplacementState,
    next_replacement,
)
from returns_engine.tables.engine import the_engine
from returns_engine.tables.replacements import Replacement
from returns_engine.workflow.case_line import CaseLine
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import NotFound, StaleVersion
from returns_engine.workflow.return_case import ReturnCase, load_case_by_id


@dataclass(slots=True, kw_only=True)
class ReplacementFile:
    """One replacement with its return and the line whose units it replaces."""

    row: dict[str, Any]
    case: ReturnCase
    line: CaseLine

    @property
    def id(self) -> UUID:
        """Return the replacement's id."""
        found: UUID = self.row["id"]
        return found

    @property
    def state(self) -> ReplacementState:
        """Return where the replacement stands."""
        return ReplacementState(self.row["state"])

    @property
    def units(self) -> dict[str, object]:
        """Return which units it is about, for the record and for mails."""
        return {"line_id": self.line.line_id, "quantity": self.row["quantity"]}

    def require(self, event: ReplacementEvent) -> ReplacementState:
        """Return the state that `event` leads to, or raise TransitionNotAllowed."""
        return next_replacement(self.state, event)


async def load_replacement(
    replacement_id: UUID, *, expected_version: int | None = None
) -> ReplacementFile:
    """Lock the return and load its replacement; raises NotFound, or StaleVersion."""
    return_id = await require_replacement(replacement_id)
    case = await load_case_by_id(return_id)
    # Only under the return's lock do we see all that was done before.
    row = await Replacement.select().where(Replacement.id == replacement_id).first()
    if row is None:
        raise NotFound("replacement")
    if expected_version is not None and row["version"] != expected_version:
        raise StaleVersion(row["version"])
    line = next(line for line in case.lines if line.id == row["return_line"])
    return ReplacementFile(row=row, case=case, line=line)


async def require_replacement(replacement_id: UUID) -> int:
    """Return the row id of the replacement's return; raises NotFound where there is none."""
    row = await the_engine().fetch_row(
        "SELECT return_id FROM replacements WHERE id = $1", replacement_id
    )
    if row is None:
        raise NotFound("replacement")
    return_id: int = row["return_id"]
    return return_id


async def move_replacement(
    replacement: ReplacementFile,
    event: ReplacementEvent,
    values: dict[str, Any],
    *,
    now: datetime,
    data: dict[str, object] | None = None,
    text: str | None = None,
) -> None:
    """Move a loaded replacement, record it and write its row with `values`.

    A move that leads where it stands corrects what was said then, whose moment stays. The case is
    saved by the caller. Raises TransitionNotAllowed for a move that the table lacks, or that would
    correct nothing.
    """
    before, state = replacement.state, replacement.require(event)
    corrects = before is state
    if corrects and all(replacement.row[name] == value for name, value in values.items()):
        raise TransitionNotAllowed(before, event)
    moment = {} if corrects else {f"{state}_at": now}
    said = {"replacement_id": str(replacement.id), **replacement.units, **(data or {})}
    replacement.case.record(
        NewEvent(
            type=f"replacement.{state}",
            from_state=str(before),
            to_state=str(state),
            data=said,
            text=text,
        )
    )
    replacement.row |= {"state": str(state), **moment, **values}
    replacement.row["version"] += 1
    written = {"state", "version", *moment, *values}
    await Replacement.update(
        {name: value for name, value in replacement.row.items() if name in written}
    ).where(Replacement.id == replacement.id)
    replacement.case.replacements[replacement.id] = state
