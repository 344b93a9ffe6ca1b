"""Was it sent to the policy's home country (B-26)."""

from returns_engine.rules.decision import Finding
from returns_engine.rules.eligibility.case import Case
from returns_engine.rules.words import Outcome, ReturnKind, RuleName

RULE = RuleName.DESTINATION
_CLAUSE = "destination.abroad"


def destination(case: Case) -> Finding:
    """Leave addresses abroad to a person; clause `destination.abroad`."""
    if case.kind is ReturnKind.CANCELLATION:
        because = "Nothing was shipped that could come back from anywhere."
        return case.does_not_apply(RULE, _CLAUSE, because)
    country, home = case.order.country, case.policy.home_country
    if country != home:
        because = f"The shipping address is in {country}, the home country is {home}."
        return case.finding(RULE, Outcome.REVIEW, "abroad", _CLAUSE, because)
    because = f"The shipping address is in the home country, {home}."
    return case.finding(RULE, Outcome.PASS, "domestic", _CLAUSE, because)
