"""Say what the policy would answer, without changing anything."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from returns_engine.documents.request import RequestDocument
from returns_engine.rules.decision import Decision
from returns_engine.rules.decision_json import decision_json, told_estimate
from returns_engine.rules.eligibility.decide import NOTHING_GIVEN, decide
from returns_engine.rules.eligibility.estimate import estimate_by_wish
from returns_engine.rules.eligibility.request_check import check_request
from returns_engine.rules.eligibility.resolutions import (
    ResolutionNotOffered,
    chosen_resolutions,
    resolution_of,
)
from returns_engine.rules.facts import OrderFacts
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import Resolution, Verdict
from returns_engine.tables.engine import transaction
from returns_engine.workflow.order_file import load_order
from returns_engine.workflow.refusals import FieldRefusal, Unprocessable, refuse_field


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What a request would come to: the decision as JSON, and what each of its lines would get.

    `refund` is the estimate of what goes back for the lines that are not replaced, in the shape of
    the decision's own and with the discount; None where nothing does.
    """

    decision: dict[str, Any]
    wishes: tuple[Resolution, ...]
    refund: dict[str, Any] | None


async def foresee_request(
    document: RequestDocument, *, policy: Policy, as_of: datetime
) -> Foreseen:
    """Return what a request on an order we hold would come to.

    Raises NotFound for an order we do not hold, Unprocessable for a request that cannot be judged.
    A resolution that no line offers is taken for none.
    """
    async with transaction():
        held = await load_order(document.order_number)
    _refuse_unfit(held.facts, document, within="")
    decision = decide(held.facts, document.facts(), policy, as_of, held.history)
    wishes = tuple(resolution_of(line, document.resolution) for line in decision.lines)
    counted = [
        (line, wish)
        for line, wish in zip(decision.lines, wishes, strict=True)
        if line.verdict is not Verdict.INELIGIBLE
    ]
    refund = estimate_by_wish(held.facts, document.kind, counted, policy, held.history)
    return Foreseen(decision=decision_json(decision), wishes=wishes, refund=told_estimate(refund))


async def judge_request(
    document: RequestDocument,
    *,
    policy: Policy,
    as_of: datetime,
    order: OrderFacts | None = None,
    within: str = "",
) -> dict[str, Any]:
    """Return the decision as JSON, on an order we hold or on `order` as it was sent along.

    `within` is the JSON pointer of the request in what was sent: faults are named from there.
    Raises NotFound for an order we do not hold, Unprocessable for a request that cannot be judged
    or wants what no line of it offers.
    """
    history = NOTHING_GIVEN
    if order is None:
        async with transaction():
            held = await load_order(document.order_number)
        order, history = held.facts, held.history
    _refuse_unfit(order, document, within)
    decision = decide(order, document.facts(), policy, as_of, history)
    wished(decision, document, within)
    return decision_json(decision)


def wished(
    decision: Decision, document: RequestDocument, within: str = ""
) -> tuple[Resolution, ...]:
    """Return each line's resolution; raises Unprocessable `resolution_not_offered`."""
    try:
        return chosen_resolutions(decision, document.facts())
    except ResolutionNotOffered as refused:
        pointer = f"{within}/resolution"
        raise refuse_field("resolution_not_offered", str(refused), pointer) from None


def _refuse_unfit(order: OrderFacts, document: RequestDocument, within: str) -> None:
    faults = [
        FieldRefusal(pointer=f"{within}{error.pointer}", code=error.code, detail=error.detail)
        for error in check_request(order, document.facts())
    ]
    if faults:
        raise Unprocessable("request_not_judged", faults[0].detail, *faults)
