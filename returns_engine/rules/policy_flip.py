"""What one past decision would have been under another policy (features: replay before publish)."""

from collections.abc import Iterator
from dataclasses import dataclass

from returns_engine.rules.decision import Decision, Finding, LineDecision
from returns_engine.rules.words import Outcome, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class FlippedLine:
    """A line whose verdict would have been another, and the clause that makes the difference."""

    line_id: str
    asked: str
    before: Verdict
    after: Verdict
    code: str
    clause: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFlip:
    """What would have been different: lines, and what goes back in all, in minor units."""

    before: Verdict
    after: Verdict
    lines: tuple[FlippedLine, ...]
    refund_before: int
    refund_after: int

    @property
    def difference(self) -> int:
        """Return how much more would have gone back; negative for less."""
        return self.refund_after - self.refund_before


def policy_flip(before: Decision, after: Decision) -> PolicyFlip | None:
    """Return what differs between two decisions on one request; None where nothing that counts.

    That is the verdict of a line, or the sum that goes back. The days of a window alone are not.
    """
    flip = PolicyFlip(
        before=before.verdict,
        after=after.verdict,
        lines=tuple(_flipped(before, after)),
        refund_before=_total(before),
        refund_after=_total(after),
    )
    return flip if flip.lines or flip.difference else None


def _flipped(before: Decision, after: Decision) -> Iterator[FlippedLine]:
    for old, new in zip(before.lines, after.lines, strict=True):
        if old.verdict is not new.verdict:
            rule = _what_differs(old, new)
            yield FlippedLine(
                line_id=new.line_id,
                asked=str(new.cause or new.reason or ""),
                before=old.verdict,
                after=new.verdict,
                code=rule.code,
                clause=rule.clause,
                because=rule.because,
            )


def _what_differs(old: LineDecision, new: LineDecision) -> Finding:
    """Return the rule that makes one verdict the stricter, as the new policy has it speak."""
    by_strictness = list(Verdict)
    strict = max(old, new, key=lambda line: by_strictness.index(line.verdict))
    word = Outcome.FAIL if strict.verdict is Verdict.INELIGIBLE else Outcome.REVIEW
    return next(
        is_now
        for said, was, is_now in zip(strict.rules, old.rules, new.rules, strict=True)
        if said.outcome is word and was.outcome is not is_now.outcome
    )


def _total(decision: Decision) -> int:
    return decision.refund_estimate.total if decision.refund_estimate else 0
