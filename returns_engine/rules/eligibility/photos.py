"""Are there photos where they help to put it right without asking again (48, 47)."""

from returns_engine.rules.decision import Finding
from returns_engine.rules.eligibility.case import KIND_IN_WORDS, Case
from returns_engine.rules.words import Outcome, ReturnKind, RuleName

RULE = RuleName.PHOTOS
_CLAUSE = "fault.photos"


def photos_required(case: Case) -> bool:
    """Tell whether this request needs photos: the merchant's faults and warranty claims do."""
    if case.kind is ReturnKind.WARRANTY:
        return case.policy.photos_for_warranty
    return case.kind is ReturnKind.RETURN and case.asked.reason in case.policy.photo_reasons


def photos(case: Case) -> Finding:
    """Leave it to a person where photos are required and missing; clause `fault.photos`."""
    if case.kind in {ReturnKind.CANCELLATION, ReturnKind.DELIVERY_PROBLEM}:
        because = f"Photos do not decide {KIND_IN_WORDS[case.kind]}."
        return case.does_not_apply(RULE, _CLAUSE, because)
    if not photos_required(case):
        because = "None are needed for the reason given."
        return case.finding(RULE, Outcome.PASS, "photos_ok", _CLAUSE, because)
    if case.asked.photos < 1:
        return case.finding(RULE, Outcome.REVIEW, "photos_required", _CLAUSE, "None were sent.")
    sent = "1 photo was" if case.asked.photos == 1 else f"{case.asked.photos} photos were"
    return case.finding(RULE, Outcome.PASS, "photos_ok", _CLAUSE, f"{sent} sent.")
