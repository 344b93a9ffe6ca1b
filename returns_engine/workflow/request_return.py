"""A customer asks: the policy decides, the decision is kept, and a return is opened or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from returns_engine.documents.request import OverrideDocument, RequestDocument
from returns_engine.rules.actor import Actor
from returns_engine.rules.decision import Decision, Finding, LineDecision
from returns_engine.rules.decision_json import decision_json
from returns_engine.rules.eligibility.decide import decide
from returns_engine.rules.eligibility.request_check import check_request
from returns_engine.rules.lifecycle.permission import PermissionEvent
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import ActorKind, Outcome, ReturnKind, RuleName
from returns_engine.tables.engine import transaction
from returns_engine.workflow.judge_request import wished
from returns_engine.workflow.keep_decision import keep_decision
from returns_engine.workflow.known_photos import photos_of, require_photos
from returns_engine.workflow.open_return import WITHOUT_GOODS, AskedFor, open_return
from returns_engine.workflow.order_file import OrderFile, load_order_to_open
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import FieldRefusal, NotFound, Unprocessable, refuse_field
from returns_engine.workflow.return_case import ReturnCase, save_case
from returns_engine.workflow.review_return import open_the_way
from returns_engine.workflow.set_rules_aside import nothing_to_set_aside, overridden

Overrides = Sequence[OverrideDocument]
_SWAPPED = ("swap_chosen", "stock.choice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The request became a return."""

    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """The policy says no; the decision with its facts is kept, and must be committed."""

    decision_id: UUID
    decision: dict[str, Any]
    code: str
    says: str


async def request_return(
    document: RequestDocument, *, actor: Actor, policy: Policy, now: datetime
) -> Opened | Declined:
    """Judge a request and open a return, approved or in review; or keep the refusal.

    The order's row is locked, so that one unit is given once. Raises NotFound for an order that is
    not there or not the customer's, Unprocessable for input that cannot be judged.
    """
    if actor.order is not None and actor.order != document.order_number:
        raise NotFound("order")
    async with transaction():
        order, return_id = await load_order_to_open(document.order_number)
        await _refuse_unfit(document, order, actor)
        decision = decide(order.facts, document.facts(), policy, now, order.history)
        resolutions = wished(decision, document)
        _refuse_needless(decision, document)
        refusal = _refusal_left(decision, document.overrides)
        if refusal is not None:
            return Declined(
                decision_id=await keep_decision(document, order, decision),
                decision=decision_json(decision),
                code=refusal.code,
                says=refusal.says,
            )
        asked = AskedFor(
            document=document,
            order=order,
            decision=decision,
            resolutions=resolutions,
            return_id=return_id,
        )
        case = await open_return(asked, policy, now)
        await _settle_permission(case, asked, policy, now)
        await save_case(case, actor=actor, now=now)
        return Opened(number=case.number)


async def _refuse_unfit(document: RequestDocument, order: OrderFile, actor: Actor) -> None:
    faults = [
        FieldRefusal(pointer=error.pointer, code=error.code, detail=error.detail)
        for error in check_request(order.facts, document.facts())
    ]
    if faults:
        raise Unprocessable("request_not_judged", faults[0].detail, *faults)
    asked = {line.line_id for line in document.lines}
    for place, override in enumerate(document.overrides):
        if override.line_id not in asked:
            detail = "The request has no such line, so there is nothing to set aside."
            raise refuse_field("unknown_line", detail, f"{_override_at(document, place)}/line_id")
    await require_photos(
        photos_of(document),
        order_number=order.number,
        staff=actor.kind is not ActorKind.CUSTOMER,
    )


def _refuse_needless(decision: Decision, document: RequestDocument) -> None:
    """Refuse to set aside what stands in no way, and the same rule of a line twice."""
    in_the_way = {
        (line.line_id, rule.rule)
        for line in decision.lines
        for rule in line.rules
        if rule.outcome in {Outcome.FAIL, Outcome.REVIEW}
    }
    for place, override in enumerate(document.overrides):
        if (override.line_id, str(override.rule)) not in in_the_way:
            raise nothing_to_set_aside(override, f"{_override_at(document, place)}/rule")
        in_the_way.remove((override.line_id, str(override.rule)))


def _override_at(document: RequestDocument, place: int) -> str:
    return "/override" + (f"/{place}" if isinstance(document.override, list) else "")


def _refusal_left(decision: Decision, overrides: Overrides) -> Finding | None:
    """Return the first failing rule that no override sets aside."""
    return next(
        (rule for _, rule in _findings(decision, Outcome.FAIL, overrides)),
        None,
    )


def _findings(
    decision: Decision, outcome: Outcome, overrides: Overrides
) -> list[tuple[LineDecision, Finding]]:
    return [
        (line, rule)
        for line in decision.lines
        for rule in line.rules
        if rule.outcome is outcome and not _set_aside(line, rule, overrides)
    ]


def _set_aside(line: LineDecision, rule: Finding, overrides: Overrides) -> bool:
    """Tell whether an override is of this rule; nobody can override how many units there are."""
    return any(
        override.rule is not RuleName.QUANTITY
        and (override.line_id, str(override.rule)) == (line.line_id, rule.rule)
        for override in overrides
    )


def _swapped(asked: AskedFor) -> bool:
    """Tell whether a cancellation is of units for which something else may be on its way (34)."""
    lines = {line.line_id for line in asked.document.lines}
    return asked.document.kind is ReturnKind.CANCELLATION and bool(lines & asked.order.swapped)


async def _settle_permission(
    case: ReturnCase, asked: AskedFor, policy: Policy, now: datetime
) -> None:
    """Approve at once where nothing needs a look, else leave the case to a person."""
    decision, overrides = asked.decision, asked.document.overrides
    for override in overrides:
        case.values["overridden"] = True
        case.record(overridden(override))
    to_review = [
        (rule.code, rule.clause) for _, rule in _findings(decision, Outcome.REVIEW, overrides)
    ]
    if _swapped(asked):
        to_review.append(_SWAPPED)
    clauses = sorted({clause for _, clause in to_review})
    if to_review:
        event = NewEvent(type="return.in_review", reason=to_review[0][0], data={"clauses": clauses})
        case.permit(PermissionEvent.REVIEW, event)
        case.tell("return_in_review", {"clauses": clauses}, now)
    else:
        case.permit(PermissionEvent.APPROVE, NewEvent(type="return.approved"))
        no_goods = asked.document.kind in WITHOUT_GOODS
        case.tell("request_accepted" if no_goods else "return_requested", {}, now)
        await open_the_way(case, now, policy=policy, order=asked.order)
