"""Give a second opinion from the photos, and decide where it differs from the first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.opinion_states import OpinionCause, OpinionEvent, OpinionState
from returns_engine.rules.policy import Policy
from returns_engine.rules.second_opinion import compared
from returns_engine.rules.words import Disposition, InspectionVerdict, ReturnKind
from returns_engine.tables.engine import transaction
from returns_engine.workflow.inspect_lines import keep_verdicts
from returns_engine.workflow.inspected_units import InspectedUnits
from returns_engine.workflow.opinion_file import (
    OpinionFile,
    load_opinion,
    move_opinion,
    require_new_eyes,
)
from returns_engine.workflow.propose_refund import propose_refund
from returns_engine.workflow.refusals import refuse_field
from returns_engine.workflow.reopen_rejected import was_set_aside
from returns_engine.workflow.return_case import save_case
from returns_engine.workflow.undo_inspection import of_two_people

_BY_THE_APPEAL = "whoever hears the appeal decides, on the return's page"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondVerdict:
    """What another person made of the photos: the policy's four checks, grade and verdict."""

    checks: Mapping[str, bool]
    grade: str
    found_cause: str | None
    verdict: InspectionVerdict
    note: str | None


async def give_opinion(
    opinion_id: UUID,
    second: SecondVerdict,
    *,
    policy: Policy,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> OpinionState:
    """Keep a second verdict; where it agrees the first one stands, else the manager decides.

    On appeal neither follows: whoever hears the appeal reads it, and the outcome decides.
    Returns where the opinion stands now. Raises NotFound, SamePerson for whoever judged before,
    StaleVersion, TransitionNotAllowed where it was given, or Unprocessable `found_cause_required`.
    """
    async with transaction():
        await require_new_eyes(opinion_id, actor=actor)
        opinion = await load_opinion(opinion_id, expected_version=expected_version)
        if opinion.case.kind == ReturnKind.WARRANTY and second.found_cause is None:
            says = "Say what caused the failure; the warranty depends on it."
            raise refuse_field("found_cause_required", says, "/found_cause")
        state = await move_opinion(
            opinion,
            compared(second.verdict),
            {
                "given_at": now,
                "second_by": actor.person,
                "second_verdict": str(second.verdict),
                "second_checks": dict(second.checks),
                "second_grade": second.grade,
                "second_cause": second.found_cause,
                "second_note": second.note,
            },
            text=second.note,
        )
        if state is OpinionState.AGREED and opinion.cause is OpinionCause.VALUE:
            await _settle(opinion, opinion.rejected(), await _whose(opinion, actor), policy, now)
        await save_case(opinion.case, actor=actor, now=now)
    return state


async def decide_opinion(
    opinion_id: UUID,
    *,
    verdict: InspectionVerdict,
    disposition: Disposition | None,
    note: str,
    policy: Policy,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Decide between two verdicts that differ, as a third person, with a note for colleagues.

    What is accepted goes to `disposition`, or back to stock; what is rejected where the first
    inspector put it. Raises NotFound, SamePerson, StaleVersion, TransitionNotAllowed, or
    Unprocessable `missing_field` and `accepted_goods_stay`.
    """
    async with transaction():
        await require_new_eyes(opinion_id, actor=actor)
        opinion = await load_opinion(opinion_id, expected_version=expected_version)
        if opinion.cause is OpinionCause.APPEAL:
            raise TransitionNotAllowed(opinion.state, OpinionEvent.DECIDE, instead=_BY_THE_APPEAL)
        if not note.strip():
            raise refuse_field("missing_field", "Say why you decide so.", "/note")
        accepted = verdict is InspectionVerdict.ACCEPTED
        if accepted and disposition is Disposition.SEND_BACK:
            says = "What is accepted stays here; reject what goes back to the customer."
            raise refuse_field("accepted_goods_stay", says, "/disposition")
        decided = {
            "decided_at": now,
            "decided_by": actor.person,
            "decided_verdict": str(verdict),
            "decision_note": note,
        }
        await move_opinion(opinion, OpinionEvent.DECIDE, decided, text=note)
        goes_to = disposition or Disposition.RESTOCK
        found = opinion.accepted(goes_to) if accepted else opinion.rejected()
        await _settle(opinion, found, actor.person, policy, now)
        await save_case(opinion.case, actor=actor, now=now)


async def _whose(opinion: OpinionFile, second: Actor) -> int | None:
    """Return whose verdict it is: the first inspector's, unless an appeal set them aside since."""
    first: int | None = opinion.row["first_by"]
    case = opinion.case
    aside = case.appeal.upheld and await was_set_aside(case.number, person=first)
    return second.person if aside else first


async def _settle(
    opinion: OpinionFile,
    found: InspectedUnits,
    person: int | None,
    policy: Policy,
    now: datetime,
) -> None:
    """Let a verdict stand: count and keep it, tell the customer, and propose what follows."""
    opinion.line.add("in_opinion", -found.quantity)
    opinion.line.add(found.verdict, found.quantity)
    spread = [(opinion.line, found.quantity, found)]
    inspection = await keep_verdicts(opinion.case, spread, person=person, now=now)
    await of_two_people(inspection)
    await propose_refund(opinion.case, policy=policy, now=now, inspector=person)
