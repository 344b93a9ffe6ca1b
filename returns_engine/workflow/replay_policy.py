"""Run a draft of the policy over the decisions of the past, and say which would have been others.

Facts are kept with every decision, so that this is exact. Nothing is changed. The draft is held
against the version that decided then, as the rules answer today: what a newer version of the engine
answers otherwise is no doing of the draft, and is told apart.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import heappush, heappushpop
from typing import Any
from uuid import UUID

from returns_engine.queries.kept_decisions import (
    KeptDecision,
    UnreadableDecision,
    kept_decisions,
    returns_that_came,
)
from returns_engine.queries.moments import utc_text
from returns_engine.rules.eligibility.decide import decide
from returns_engine.rules.eligibility.request_check import RequestNotJudged
from returns_engine.rules.policy import Policy
from returns_engine.rules.policy_flip import FlippedLine, PolicyFlip, policy_flip

_MOST_NAMED = 50
MOST_LISTED = 1000
"""How many flips a report lists; it counts and sums all of them."""


@dataclass(slots=True, kw_only=True)
class PolicyReplay:
    """What a draft would have changed; amounts in minor units, by currency."""

    draft: Policy
    since: datetime
    decisions: int = 0
    unknown_version: int = 0
    unreadable: int = 0
    not_reproduced: int = 0
    flips: int = 0
    money: Counter[str] = field(default_factory=Counter)
    ways: Counter[tuple[str, str]] = field(default_factory=Counter)
    clauses: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    products: Counter[str] = field(default_factory=Counter)
    listed: list[tuple[datetime, UUID, dict[str, Any]]] = field(default_factory=list)

    def add(self, kept: KeptDecision, flip: PolicyFlip) -> None:
        """Count a flip, and list it while there is room; the newest stay."""
        self.flips += 1
        self.money[kept.order.currency] += flip.difference
        self.ways[flip.before, flip.after] += 1
        skus = {line.line_id: line.sku for line in kept.order.lines}
        for line in flip.lines:
            self.clauses[line.clause] += 1
            self.reasons[line.asked] += 1
            self.products[skus[line.line_id]] += 1
        place = (kept.as_of, kept.decision_id, _listed(kept, flip, skus))
        if len(self.listed) < MOST_LISTED:
            heappush(self.listed, place)
        else:
            heappushpop(self.listed, place)

    def facts(self) -> dict[str, Any]:
        """Return the report as JSON: counts, sums, and the flips, the newest first."""
        return {
            "policy": {"id": self.draft.policy_id, "version": self.draft.version},
            "since": utc_text(self.since),
            "decisions": self.decisions,
            "unreadable": self.unreadable,
            "unknown_version": self.unknown_version,
            "not_reproduced": self.not_reproduced,
            "flipped": self.flips,
            "money": [
                {"currency": currency, "difference": self.money[currency]}
                for currency in sorted(self.money)
            ],
            "from_to": [
                {"from": before, "to": after, "decisions": count}
                for (before, after), count in self.ways.most_common()
            ],
            "by_clause": _counted(self.clauses, "clause"),
            "by_reason": _counted(self.reasons, "reason"),
            "by_product": _counted(self.products, "sku"),
            "flips": [flip for _, _, flip in sorted(self.listed, reverse=True)],
        }


async def replay_policy(
    draft: Policy,
    *,
    known: Iterable[Policy],
    since: datetime,
    done: Callable[[int], None] = lambda _: None,
) -> PolicyReplay:
    """Decide every request since `since` (aware) again by `draft`, and report what would differ.

    Each version speaks for all orders, whenever they were placed. `known` are the versions that
    may have decided then. A decision of a version that is not among
    them is counted and left out, and so is one whose facts cannot be read any more. `done` hears
    how many more decisions were looked at.
    """
    versions = {(one.policy_id, one.version): replace(one, replaces=None) for one in known}
    report = PolicyReplay(draft=replace(draft, replaces=None), since=since)
    async for kept in kept_decisions(since):
        report.decisions += 1
        _replay_one(kept, versions, report)
        done(1)
    came = await returns_that_came([decision_id for _, decision_id, _ in report.listed])
    for _, decision_id, flip in report.listed:
        flip["return_number"] = came.get(decision_id)
    return report


def _replay_one(
    kept: KeptDecision | UnreadableDecision,
    versions: Mapping[tuple[str, int], Policy],
    report: PolicyReplay,
) -> None:
    if isinstance(kept, UnreadableDecision):
        report.unreadable += 1
        return
    decided_by = versions.get((kept.policy_id, kept.version))
    if decided_by is None:
        report.unknown_version += 1
        return
    try:
        before, after = (
            decide(kept.order, kept.request, policy, kept.as_of, kept.history)
            for policy in (decided_by, report.draft)
        )
    except RequestNotJudged:
        report.unreadable += 1
        return
    total = before.refund_estimate.total if before.refund_estimate else 0
    report.not_reproduced += (before.verdict, total) != (kept.verdict, kept.refund)
    flip = policy_flip(before, after)
    if flip is not None:
        report.add(kept, flip)


def _listed(kept: KeptDecision, flip: PolicyFlip, skus: Mapping[str, str]) -> dict[str, Any]:
    return {
        "decision_id": str(kept.decision_id),
        "order_number": kept.order.order_number,
        "return_number": None,
        "as_of": utc_text(kept.as_of),
        "from": flip.before,
        "to": flip.after,
        "lines": [_listed_line(line, skus) for line in flip.lines],
        "currency": kept.order.currency,
        "refund_from": flip.refund_before,
        "refund_to": flip.refund_after,
    }


def _listed_line(line: FlippedLine, skus: Mapping[str, str]) -> dict[str, Any]:
    return {
        "line_id": line.line_id,
        "sku": skus[line.line_id],
        "reason": line.asked,
        "from": line.before,
        "to": line.after,
        "code": line.code,
        "clause": line.clause,
        "because": line.because,
    }


def _counted(counter: Counter[str], name: str) -> list[dict[str, Any]]:
    return [{name: word, "lines": count} for word, count in counter.most_common(_MOST_NAMED)]
