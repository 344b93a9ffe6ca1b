"""The customer lets us keep or scrap rejected units, which are theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.actions import Action
from returns_engine.rules.words import CUSTOMERS_GOODS, Disposition
from returns_engine.tables.engine import transaction
from returns_engine.tables.returns import Consent
from returns_engine.workflow.case_line import CaseLine
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import refuse_field
from returns_engine.workflow.return_case import ReturnCase, load_case, save_case


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUnits:
    """Rejected units of one order line that the customer lets us have."""

    line_id: str
    quantity: int


async def give_consent(
    number: str,
    *,
    lines: Sequence[GivenUnits],
    disposition: Disposition,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Record what may become of rejected units here; they no longer wait to be sent back.

    Raises Unprocessable `not_for_consent` for a disposition that leaves the goods theirs,
    `not_in_return`, and `exceeds_rejected` for more units than wait here.
    """
    async with transaction():
        case = await load_case(number, expected_version=expected_version)
        case.require(Action.CONSENT)
        if disposition in CUSTOMERS_GOODS:
            detail = "Say what may become of the goods here: restock, refurbish or scrap."
            raise refuse_field("not_for_consent", detail, "/disposition")
        given = [one for place, line in enumerate(lines) for one in _count(case, place, line)]
        await Consent.insert(
            *[
                Consent(
                    return_line=entry.id,
                    quantity=units,
                    disposition=str(disposition),
                    given_at=now,
                )
                for entry, units in given
            ]
        )
        said = [{"line_id": line.line_id, "quantity": line.quantity} for line in lines]
        data = {"lines": said, "disposition": str(disposition)}
        case.record(NewEvent(type="consent.given", data=data))
        case.tell("consent_thanks", data, now)
        await save_case(case, actor=actor, now=now)


def _count(case: ReturnCase, place: int, line: GivenUnits) -> list[tuple[CaseLine, int]]:
    """Take the units from the return's entries of the line, and give back which."""
    entries = case.lines_of(line.line_id)
    if not entries:
        detail = f"{line.line_id} is not in this return."
        raise refuse_field("not_in_return", detail, f"/lines/{place}/line_id")
    left = line.quantity
    taken: list[tuple[CaseLine, int]] = []
    for entry in entries:
        units = min(left, entry.rejected_waiting)
        if units:
            entry.add("disposed", units)
            taken.append((entry, units))
            left -= units
    if left:
        raise refuse_field(
            "exceeds_rejected",
            f"There are not so many rejected units of line {line.line_id} here.",
            f"/lines/{place}/quantity",
        )
    return taken
