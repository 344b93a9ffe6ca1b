"""Can this kind of item come back for this reason (49, 50, B-3, B-4)."""

from returns_engine.rules.decision import Finding
from returns_engine.rules.eligibility.case import KIND_IN_WORDS, Case
from returns_engine.rules.policy import Exclusion
from returns_engine.rules.words import ItemKind, Outcome, ReturnKind, RuleName

RULE = RuleName.EXCLUSIONS

_CODES = {
    ItemKind.CUSTOM: "custom_item",
    ItemKind.PERSONALIZED: "personalized_item",
    ItemKind.SPECIAL_ORDER: "special_order",
    ItemKind.GIFT_CARD: "gift_card",
}


def exclusions(case: Case) -> Finding:
    """Fail for a kind that the policy keeps back for this reason; clauses `return.excluded.*`.

    The merchant's fault passes by `fault.ours`. A warranty claim is only judged for gift cards.
    """
    kind, reason = case.line.kind, case.asked.reason
    excluded = case.policy.exclusions.get(kind, Exclusion())
    if case.kind is ReturnKind.WARRANTY and kind is ItemKind.GIFT_CARD:
        # No cause of failure makes a gift card come back, where the policy keeps them at all.
        return _excluded(case, Outcome.FAIL) if excluded.blocked else _returnable(case)
    if case.kind is not ReturnKind.RETURN:
        because = f"The kind of item does not exclude {KIND_IN_WORDS[case.kind]}."
        return case.does_not_apply(RULE, "return.not_excluded", because)
    if reason in excluded.blocked:
        return _excluded(case, Outcome.FAIL)
    if reason in excluded.review:
        return _excluded(case, Outcome.REVIEW)
    return _returnable(case)


def _excluded(case: Case, outcome: Outcome) -> Finding:
    kind = case.line.kind
    because = f"This is {_in_words(kind)}{_reason(case)}."
    if outcome is Outcome.REVIEW:
        because = f"{because[:-1]}; a person looks whether the fault was ours."
    return case.finding(RULE, outcome, _CODES[kind], f"return.excluded.{kind.value}", because)


def _returnable(case: Case) -> Finding:
    clause = "fault.ours" if case.for_our_fault else "return.not_excluded"
    because = f"This is {_in_words(case.line.kind)}{_reason(case)}."
    return case.finding(RULE, Outcome.PASS, "not_excluded", clause, because)


def _reason(case: Case) -> str:
    reason = case.asked.reason
    return "" if reason is None else f", and the reason given is “{reason.value.replace('_', ' ')}”"


def _in_words(kind: ItemKind) -> str:
    return {
        ItemKind.STOCK: "a stock item",
        ItemKind.CUSTOM: "an item made for your car",
        ItemKind.PERSONALIZED: "a personalized item",
        ItemKind.SPECIAL_ORDER: "a special order",
        ItemKind.GIFT_CARD: "a gift card",
    }[kind]
