"""Do what was chosen, or what silence means: in the transaction of the choice."""

from collections.abc import Sequence
from datetime import datetime

from returns_engine.documents.request import RequestDocument, RequestLineDocument
from returns_engine.rules.choice import ChoiceOption
from returns_engine.rules.decision import Decision
from returns_engine.rules.eligibility.decide import decide
from returns_engine.rules.eligibility.resolutions import chosen_resolutions
from returns_engine.rules.lifecycle.permission import PermissionEvent, PermissionState
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import Outcome, Reason, Resolution, ReturnKind
from returns_engine.tables.choices import Choice
from returns_engine.tables.engine import connection
from returns_engine.tables.returns import ReturnLine
from returns_engine.workflow.choice_file import ChoiceFile, ChoiceUnits
from returns_engine.workflow.open_return import AskedFor, open_return
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import Conflict
from returns_engine.workflow.return_case import ReturnCase
from returns_engine.workflow.review_return import open_the_way

BY_CHOICE = "choice"
_KEEP_TO = """
UPDATE choice_lines SET quantity = u.quantity
FROM order_lines l JOIN unnest($2::text[], $3::int[]) AS u (line_id, quantity) USING (line_id)
WHERE choice_lines.choice = $1 AND choice_lines.order_line = l.id
"""
_LEAVE_OUT = """
DELETE FROM choice_lines USING order_lines l
WHERE choice_lines.choice = $1 AND choice_lines.order_line = l.id AND l.line_id <> ALL ($2)
"""


async def settle_choice(
    choice: ChoiceFile, option: ChoiceOption, *, policy: Policy, now: datetime
) -> None:
    """Carry out `option`: money and parcels at once, waiting and swapping by the staff.

    Raises Conflict `choice_overtaken` where nothing is left of what the choice was about.
    """
    if not choice.left:
        raise overtaken()
    await _keep_to(choice, choice.left)
    match option:
        case ChoiceOption.CANCEL:
            await _cancel(choice, policy, now)
        case ChoiceOption.REFUND:
            await _settle_return(choice, Resolution.REFUND, policy, now)
        case ChoiceOption.RESHIP:
            await _settle_return(choice, Resolution.REPLACEMENT, policy, now)
        case ChoiceOption.WAIT | ChoiceOption.SWAP:
            pass


async def _keep_to(choice: ChoiceFile, left: Sequence[ChoiceUnits]) -> None:
    """Let the choice be about what was left when it was made: that is what was chosen."""
    if left == choice.lines:
        return
    units = [line.line_id for line in left], [line.quantity for line in left]
    await connection().execute(_KEEP_TO, choice.id, *units)
    await connection().execute(_LEAVE_OUT, choice.id, units[0])
    choice.lines = tuple(left)


def overtaken() -> Conflict:
    """Return the refusal for a choice that what happened meanwhile has settled."""
    return Conflict(
        "choice_overtaken",
        "Meanwhile this was shipped, cancelled or settled otherwise; nothing is left to choose.",
    )


async def _cancel(choice: ChoiceFile, policy: Policy, now: datetime) -> None:
    """Open a cancellation of the units, as a request would, and approve it: we offered it."""
    document = RequestDocument(
        order_number=choice.order.number,
        kind=ReturnKind.CANCELLATION,
        lines=[
            RequestLineDocument(
                line_id=line.line_id, quantity=line.quantity, reason=Reason.OUT_OF_STOCK
            )
            for line in choice.left
        ],
    )
    decision = decide(choice.order.facts, document.facts(), policy, now, choice.order.history)
    if decision.first_refusal() is not None:
        raise overtaken()
    asked = AskedFor(
        document=document,
        order=choice.order,
        decision=decision,
        resolutions=chosen_resolutions(decision, document.facts()),
    )
    case = await open_return(asked, policy, now)
    _set_reviews_aside(case, decision)
    case.permit(PermissionEvent.APPROVE, _approved(choice))
    await open_the_way(case, now, policy=policy, order=choice.order)
    choice.case = case
    choice.values[Choice.return_] = case.id


def _set_reviews_aside(case: ReturnCase, decision: Decision) -> None:
    """Record that what a person would look at was decided when the choice was offered."""
    for line in decision.lines:
        for rule in line.rules:
            if rule.outcome is Outcome.REVIEW:
                case.values["overridden"] = True
                said = {"line_id": line.line_id, "rule": rule.rule}
                case.record(NewEvent(type="rule.overridden", reason=BY_CHOICE, data=said))


async def _settle_return(
    choice: ChoiceFile, resolution: Resolution, policy: Policy, now: datetime
) -> None:
    """Approve the delivery problem the choice is about, with what was chosen."""
    case = choice.case
    if case is None:
        raise ValueError("A choice about a return must be loaded with its case.")
    await ReturnLine.update({ReturnLine.resolution: str(resolution)}).where(
        ReturnLine.return_ == case.id
    )
    for line in case.lines:
        line.resolution = str(resolution)
    case.values["resolution"] = str(resolution)
    if case.permission is PermissionState.NEEDS_INFO:
        case.permit(PermissionEvent.ANSWER, NewEvent(type="return.answered", reason=BY_CHOICE))
    case.permit(PermissionEvent.APPROVE, _approved(choice))
    await open_the_way(case, now, policy=policy, order=choice.order)


def _approved(choice: ChoiceFile) -> NewEvent:
    data = {"choice_id": str(choice.id)}
    return NewEvent(type="return.approved", reason=BY_CHOICE, data=data)
