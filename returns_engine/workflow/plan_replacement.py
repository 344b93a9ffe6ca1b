"""Plan to send the same thing again, for units that were accepted."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from returns_engine.rules.lifecycle.replacement_states import INITIAL
from returns_engine.tables.replacements import Replacement
from returns_engine.workflow.case_line import CaseLine
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.return_case import ReturnCase


async def plan_replacements(lines: Sequence[CaseLine], case: ReturnCase, *, now: datetime) -> None:
    """Plan a replacement for the units of `lines` that nothing was made for yet."""
    planned = [
        Replacement(
            id=uuid4(),
            return_=case.id,
            return_line=line.id,
            quantity=line.to_settle,
            planned_at=now,
        )
        for line in lines
    ]
    if not planned:
        return
    await Replacement.insert(*planned)
    for line, replacement in zip(lines, planned, strict=True):
        line.add("proposed", replacement.quantity)
        case.replacements[replacement.id] = INITIAL
        data = {
            "replacement_id": str(replacement.id),
            "line_id": line.line_id,
            "quantity": replacement.quantity,
        }
        case.record(NewEvent(type="replacement.planned", to_state=str(INITIAL), data=data))
