"""The engine's answer: every rule speaks for every line, and the strictest word wins."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType

from returns_engine.rules.decision import Decision, Finding, LineDecision, Window
from returns_engine.rules.eligibility.alternatives import alternatives
from returns_engine.rules.eligibility.calendar_days import days_later, years_later
from returns_engine.rules.eligibility.case import Case
from returns_engine.rules.eligibility.condition import condition
from returns_engine.rules.eligibility.destination import destination
from returns_engine.rules.eligibility.estimate import refund_estimate
from returns_engine.rules.eligibility.exclusions import exclusions
from returns_engine.rules.eligibility.keep_item import keeps_item
from returns_engine.rules.eligibility.order_state import order_state
from returns_engine.rules.eligibility.parcels import (
    Clock,
    Pool,
    as_taken,
    shipped_pool,
    shipped_units,
    unshipped_pool,
)
from returns_engine.rules.eligibility.photos import photos, photos_required
from returns_engine.rules.eligibility.quantity import quantity
from returns_engine.rules.eligibility.request_check import RequestNotJudged, check_request
from returns_engine.rules.eligibility.resolutions import offered_resolutions
from returns_engine.rules.eligibility.return_window import return_window
from returns_engine.rules.eligibility.warranty import warranty
from returns_engine.rules.facts import GivenBefore, History, LineFacts, OrderFacts, ReturnRequest
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import Outcome, ReturnKind, Verdict

RULES: tuple[Callable[[Case], Finding], ...] = (
    order_state,
    return_window,
    condition,
    exclusions,
    quantity,
    warranty,
    photos,
    destination,
)
"""The rules in the order in which they answer; the first that fails gives a refusal its code."""

NOTHING_GIVEN: History = MappingProxyType({})
_NONE_OF_IT = GivenBefore()


def decide(
    order: OrderFacts,
    request: ReturnRequest,
    policy: Policy,
    as_of: datetime,
    history: History = NOTHING_GIVEN,
) -> Decision:
    """Return what the policy says of a request at the moment `as_of` (aware), changing nothing.

    The version that was in force when the order was placed decides (B-2). `history` is what other
    open or settled returns of the order hold. Raises RequestNotJudged for a request that
    `check_request` finds fault with, ValueError for a moment without a time zone.
    """
    if as_of.tzinfo is None:
        raise ValueError("as_of must say its time zone")
    if errors := check_request(order, request):
        raise RequestNotJudged(errors)
    policy = policy.in_force_at(order.placed_at)
    clock = Clock(as_of=as_of, zone=policy.zone, last_day=_time_limit(request.kind, policy))
    lines = tuple(_line_decision(case) for case in _cases(order, request, policy, clock, history))
    return Decision(
        as_of=as_of,
        policy_id=policy.policy_id,
        policy_version=policy.version,
        verdict=_strictest(line.verdict for line in lines),
        lines=lines,
        refund_estimate=refund_estimate(order, request, lines, policy, history),
    )


def _time_limit(kind: ReturnKind, policy: Policy) -> Callable[[date], date]:
    if kind is ReturnKind.WARRANTY:
        return lambda delivered: years_later(delivered, policy.warranty.years)
    return lambda delivered: days_later(delivered, policy.return_window_days)


def _cases(
    order: OrderFacts, request: ReturnRequest, policy: Policy, general: Clock, history: History
) -> Iterator[Case]:
    lines = {line.line_id: line for line in order.lines}
    asked_in_all: Counter[str] = Counter()
    for asked in request.lines:
        asked_in_all[asked.line_id] += asked.quantity
    pools: dict[str, Pool] = {}
    for asked in request.lines:
        line = lines[asked.line_id]
        given = history.get(line.line_id, _NONE_OF_IT)
        clock = _clock_of(line, request.kind, general)
        free = _pool(order, line, request.kind, clock, given)
        # Entries of one line take one after the other: no unit is taken twice.
        taken, rest = pools.get(line.line_id, free).take(asked.quantity)
        pools[line.line_id] = rest
        once, _ = _pool(order, line, request.kind, clock, _NONE_OF_IT).take(asked.quantity)
        yield Case(
            order=order,
            line=line,
            kind=request.kind,
            asked=asked,
            asked_in_all=asked_in_all[line.line_id],
            kept_before=given.kept,
            shipped=shipped_units(order, line.line_id),
            free=free.size,
            taken=taken,
            judged=taken or once,
            policy=policy,
            clock=clock,
        )


def _clock_of(line: LineFacts, kind: ReturnKind, general: Clock) -> Clock:
    """Return the clock of one line: a replacement inherits the end of its warranty (B-6)."""
    inherited = line.warranty_until
    if kind is not ReturnKind.WARRANTY or inherited is None:
        return general
    return replace(general, last_day=lambda _: inherited)


def _pool(
    order: OrderFacts, line: LineFacts, kind: ReturnKind, clock: Clock, given: GivenBefore
) -> Pool:
    if kind is ReturnKind.CANCELLATION:
        return unshipped_pool(order, line, given)
    missed = kind is ReturnKind.DELIVERY_PROBLEM
    return shipped_pool(order, line, clock, given, unknown_first=missed)


def _line_decision(case: Case) -> LineDecision:
    findings = tuple(rule(case) for rule in RULES)
    verdict = _verdict(findings)
    return LineDecision(
        line_id=case.line.line_id,
        quantity=case.asked.quantity,
        reason=case.asked.reason,
        cause=case.asked.cause,
        verdict=verdict,
        resolutions=offered_resolutions(case.kind, case.asked),
        window=_window(case),
        photos_required=photos_required(case),
        postage=case.policy.label.paid_by,
        keep_item=verdict is not Verdict.INELIGIBLE and keeps_item(case),
        rules=findings,
        alternatives=alternatives(case),
        taken=as_taken(case.taken),
    )


def _window(case: Case) -> Window | None:
    if case.kind is ReturnKind.RETURN:
        return case.window(of=case.policy.return_window_days)
    if case.kind is ReturnKind.WARRANTY and case.under_warranty:
        return case.window(of=None)
    return None


def _verdict(findings: tuple[Finding, ...]) -> Verdict:
    outcomes = {finding.outcome for finding in findings}
    if Outcome.FAIL in outcomes:
        return Verdict.INELIGIBLE
    return Verdict.NEEDS_REVIEW if Outcome.REVIEW in outcomes else Verdict.ELIGIBLE


def _strictest(verdicts: Iterator[Verdict]) -> Verdict:
    by_strictness = list(Verdict)
    return max(verdicts, key=by_strictness.index)
