"""Does the warranty cover what failed, and still (47, B-6, B-7)."""

from returns_engine.rules.decision import Finding
from returns_engine.rules.eligibility.calendar_days import evidence_in_words, in_words
from returns_engine.rules.eligibility.case import Case
from returns_engine.rules.eligibility.parcels import Standing
from returns_engine.rules.words import Outcome, ReturnKind, RuleName

RULE = RuleName.WARRANTY


def warranty(case: Case) -> Finding:
    """Pass for a covered item that failed by itself in time; clause `warranty.seat_cover`.

    The first that holds answers: not covered, delivery unknown, expired, human damage, unclear.
    """
    if case.kind is not ReturnKind.WARRANTY:
        because = "This is not a warranty claim."
        return case.does_not_apply(RULE, "warranty.seat_cover", because)
    return _not_covered(case) or _out_of_time(case) or _by_cause(case)


def _not_covered(case: Case) -> Finding | None:
    if case.under_warranty:
        return None
    looked_at = case.line.kind in case.policy.warranty.review_kinds
    return case.finding(
        RULE,
        Outcome.REVIEW if looked_at else Outcome.FAIL,
        "not_covered",
        "warranty.not_covered",
        f"The item is of kind {_plain(case.line.kind.value)}, "
        f"in category {_plain(case.line.category)}.",
    )


def _out_of_time(case: Case) -> Finding | None:
    if case.delivery_is_unknown:
        return case.finding(
            RULE,
            Outcome.REVIEW,
            "delivery_unknown",
            "return.window.unknown",
            case.because_unknown(),
        )
    if case.stands(Standing.LATE):
        return _expired(case, Outcome.FAIL)
    if case.stands(Standing.LATE_BY_ESTIMATE):
        return _expired(case, Outcome.REVIEW)
    return None


def _expired(case: Case, outcome: Outcome) -> Finding:
    return case.finding(RULE, outcome, "warranty_expired", "warranty.seat_cover", _span(case))


def _by_cause(case: Case) -> Finding:
    cause = case.asked.cause
    because = f"The cause given is “{_plain(cause.value)}”. " if cause else ""
    if cause in case.policy.warranty.human_damage:
        return case.finding(RULE, Outcome.FAIL, "human_damage", "warranty.causes", because.strip())
    if cause in case.policy.warranty.review_causes:
        return case.finding(
            RULE, Outcome.REVIEW, "cause_unclear", "warranty.unclear", because.strip()
        )
    return case.finding(
        RULE, Outcome.PASS, "within_warranty", "warranty.seat_cover", because + _span(case)
    )


def _span(case: Case) -> str:
    delivery = case.earliest_closing()
    if delivery is None:
        return case.because_unknown()
    ends = "ended" if case.clock.today > delivery.last_day else "ends"
    whose = "the warranty of what it replaces" if case.line.warranty_until else "the warranty"
    return (
        f"Delivered {in_words(delivery.day)} ({evidence_in_words(delivery.evidence)}); "
        f"{whose} {ends} with {in_words(delivery.last_day)}."
    )


def _plain(word: str) -> str:
    return word.replace("_", " ")
