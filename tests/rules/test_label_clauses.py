from returns_engine.rules.label_clauses import MONEY, by_lines, line_clauses
from returns_engine.rules.policy import CLAUSES, CONDITION_CHECKS
from returns_engine.rules.words import Reason, Resolution, ReturnKind

ASK, SOON = "return.ask_first", "return.label.reminder"
AS_RECEIVED = (
    "return.condition",
    "return.condition.unused",
    "return.condition.tags",
    "return.condition.packaging",
)


def clauses(
    *,
    kind=ReturnKind.RETURN,
    reason=Reason.CHANGED_MIND,
    resolution=Resolution.REFUND,
    condition=("pass", "return.condition"),
    warranty=("not_applicable", "warranty.seat_cover"),
    checks=CONDITION_CHECKS,
):
    found = {"condition": condition, "warranty": warranty}
    rules = [
        {"rule": rule, "outcome": outcome, "clause": clause}
        for rule, (outcome, clause) in found.items()
    ]
    return line_clauses(kind, reason, resolution, rules, checks)


class TestWhatTheSheetAsksFor:
    def test_a_change_of_mind_comes_back_as_it_was_received(self):
        assert clauses() == (ASK, *AS_RECEIVED, SOON, *MONEY)

    def test_a_fault_of_ours_is_held_to_no_condition(self):
        said = clauses(reason=Reason.DEFECTIVE, condition=("pass", "fault.ours"))

        assert said == (ASK, "fault.ours", SOON, *MONEY)

    def test_a_wrong_item_that_is_replaced_speaks_of_its_choice_and_of_no_money_on_its_way(self):
        said = clauses(
            reason=Reason.WRONG_ITEM,
            resolution=Resolution.REPLACEMENT,
            condition=("pass", "fault.ours"),
        )

        assert said == (ASK, "fault.wrong_item", SOON)

    def test_a_warranty_claim_rests_on_the_warranty_alone(self):
        said = clauses(
            kind=ReturnKind.WARRANTY,
            reason=None,
            resolution=Resolution.REPLACEMENT,
            condition=("not_applicable", "return.condition"),
            warranty=("pass", "warranty.seat_cover"),
        )

        assert said == (ASK, "warranty.seat_cover", "warranty.causes", SOON)

    def test_a_claim_that_a_person_let_through_is_not_promised_what_the_warranty_does_not(self):
        said = clauses(
            kind=ReturnKind.WARRANTY,
            reason=None,
            resolution=Resolution.REPLACEMENT,
            condition=("not_applicable", "return.condition"),
            warranty=("review", "warranty.not_covered"),
        )

        assert said == (ASK, "warranty.causes", SOON)

    def test_what_was_declared_used_and_accepted_all_the_same_is_not_asked_to_be_unused(self):
        said = clauses(condition=("fail", "return.condition.unused"))

        assert said == (ASK, SOON, *MONEY)

    def test_a_check_that_the_policy_does_not_make_is_not_printed(self):
        assert clauses(checks=("as_received",)) == (ASK, "return.condition", SOON, *MONEY)

    def test_an_exchange_is_money_back_and_an_order_of_its_own(self):
        assert set(MONEY) <= set(clauses(resolution=Resolution.EXCHANGE))

    def test_every_clause_is_one_of_the_policy(self):
        everything = clauses() + clauses(
            kind=ReturnKind.WARRANTY,
            condition=("pass", "fault.ours"),
            warranty=("pass", "warranty.seat_cover"),
        )

        assert set(everything) <= CLAUSES


class TestSeveralLines:
    def test_what_holds_for_all_stands_by_itself(self):
        assert by_lines([("return.condition", SOON), ("return.condition", SOON)]) == (
            (("return.condition",), (0, 1)),
            ((SOON,), (0, 1)),
        )

    def test_what_holds_for_some_stands_together_with_whom_it_holds_for(self):
        assert by_lines([(*AS_RECEIVED, SOON), ("fault.ours", SOON)]) == (
            (AS_RECEIVED, (0,)),
            (("fault.ours",), (1,)),
            ((SOON,), (0, 1)),
        )
