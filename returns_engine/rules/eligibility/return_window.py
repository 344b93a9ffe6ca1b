"""Was the return asked for in time; what counts is the request, not the parcel (40, B-1, B-2)."""

from returns_engine.rules.decision import Finding
from returns_engine.rules.eligibility.calendar_days import evidence_in_words, in_words
from returns_engine.rules.eligibility.case import KIND_IN_WORDS, Case
from returns_engine.rules.eligibility.parcels import Delivery, Standing
from returns_engine.rules.words import Outcome, ReturnKind, RuleName

RULE = RuleName.RETURN_WINDOW


def return_window(case: Case) -> Finding:
    """Pass while the window of every unit is open; clause `return.window`.

    Never fails for a unit whose delivery is unknown or only estimated: a person looks.
    """
    if case.kind is not ReturnKind.RETURN:
        because = f"{KIND_IN_WORDS[case.kind].capitalize()} is not bound to this time limit."
        return case.does_not_apply(RULE, "return.window", because)
    delivery = case.earliest_closing()
    if delivery is not None and case.stands(Standing.LATE):
        return _closed(case, Outcome.FAIL, _earliest(case, Standing.LATE) or delivery)
    if delivery is None or case.delivery_is_unknown:
        return case.finding(
            RULE,
            Outcome.REVIEW,
            "delivery_unknown",
            "return.window.unknown",
            case.because_unknown(),
        )
    if case.stands(Standing.LATE_BY_ESTIMATE):
        return _closed(case, Outcome.REVIEW, delivery)
    because = f"{_counted(case, delivery)}."
    return case.finding(RULE, Outcome.PASS, "within_return_window", "return.window", because)


def _closed(case: Case, outcome: Outcome, delivery: Delivery) -> Finding:
    because = f"{_delivered(delivery)}; the last day was {in_words(delivery.last_day)}."
    if outcome is Outcome.REVIEW:
        because += " The delivery is only estimated, so a person looks."
    return case.finding(RULE, outcome, "return_window_closed", "return.window", because)


def _counted(case: Case, delivery: Delivery) -> str:
    day, days = case.day_of(delivery), case.policy.return_window_days
    return f"{_delivered(delivery)}; day {day} of {days}"


def _delivered(delivery: Delivery) -> str:
    return f"Delivered {in_words(delivery.day)} ({evidence_in_words(delivery.evidence)})"


def _earliest(case: Case, standing: Standing) -> Delivery | None:
    late = [units.delivery for units in case.judged if units.standing is standing]
    known = [delivery for delivery in late if delivery is not None]
    return min(known, key=lambda delivery: delivery.last_day, default=None)
