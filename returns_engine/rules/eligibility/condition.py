"""Is the item as it was received, by what the customer declares; the bench will see (43, B-18)."""

from returns_engine.rules.decision import Finding
from returns_engine.rules.eligibility.case import KIND_IN_WORDS, Case
from returns_engine.rules.words import Outcome, ReturnKind, RuleName

RULE = RuleName.CONDITION


def condition(case: Case) -> Finding:
    """Fail for what is declared used, without tags, or without its packaging.

    Clause `return.condition` and its parts. The merchant's faults pass (`fault.ours`), and so does
    what was not declared.
    """
    if case.kind is not ReturnKind.RETURN:
        because = f"The condition does not decide {KIND_IN_WORDS[case.kind]}."
        return case.does_not_apply(RULE, "return.condition", because)
    if case.for_our_fault:
        because = "The reason given is our fault, so its condition is not held against you."
        return case.finding(RULE, Outcome.PASS, "condition_ok", "fault.ours", because)
    declared = case.asked.declared_condition
    checks = case.policy.condition_checks
    if declared.unused is False and "unused" in checks:
        return _fail(case, "item_used", "unused", "You told us that it was used.")
    if declared.tags_attached is False and "tags_attached" in checks:
        return _fail(case, "tags_missing", "tags", "You told us that its tags are off.")
    if declared.original_packaging is False and "original_packaging" in checks:
        because = "You told us that its original packaging is missing."
        return _fail(case, "packaging_missing", "packaging", because)
    because = "Nothing you told us speaks against it; we look when it arrives."
    return case.finding(RULE, Outcome.PASS, "condition_ok", "return.condition", because)


def _fail(case: Case, code: str, part: str, because: str) -> Finding:
    return case.finding(RULE, Outcome.FAIL, code, f"return.condition.{part}", because)
