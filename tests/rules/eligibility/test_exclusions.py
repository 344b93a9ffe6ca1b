import pytest

from returns_engine.rules.words import CHANGES_OF_MIND, MERCHANT_FAULTS
from tests.rules.eligibility.cases import a_line, an_order, answers, asking, the_line, the_rule

MADE_TO_ORDER = [
    ("custom", "custom_item"),
    ("personalized", "personalized_item"),
    ("special_order", "special_order"),
]


def judged(item, why, **how):
    line = the_line(an_order(a_line(kind=item)), asking(why=why, photos=1), **how)
    finding = the_rule(line, "exclusions")
    return finding.outcome.value, finding.code, finding.clause


class TestExclusions:
    @pytest.mark.parametrize("reason", sorted(CHANGES_OF_MIND))
    @pytest.mark.parametrize(("kind", "code"), MADE_TO_ORDER)
    def test_keep_what_was_made_to_order_from_a_change_of_mind(self, kind, code, reason):
        assert judged(kind, reason) == ("fail", code, f"return.excluded.{kind}")

    @pytest.mark.parametrize("reason", ["late", "other"])
    @pytest.mark.parametrize(("kind", "code"), MADE_TO_ORDER)
    def test_leave_late_and_other_to_a_person(self, kind, code, reason):
        assert judged(kind, reason) == ("review", code, f"return.excluded.{kind}")

    @pytest.mark.parametrize("reason", sorted(MERCHANT_FAULTS))
    @pytest.mark.parametrize("kind", ["stock", "custom", "personalized", "special_order"])
    def test_never_keep_back_a_fault_of_ours(self, kind, reason):
        assert judged(kind, reason) == ("pass", "not_excluded", "fault.ours")

    @pytest.mark.parametrize("reason", ["changed_mind", "late", "other"])
    def test_let_stock_come_back(self, reason):
        assert judged("stock", reason) == ("pass", "not_excluded", "return.not_excluded")

    @pytest.mark.parametrize("reason", ["changed_mind", "defective", "wrong_item", "late", "other"])
    def test_keep_gift_cards_whatever_the_reason(self, reason):
        assert judged("gift_card", reason) == ("fail", "gift_card", "return.excluded.gift_card")

    def test_keep_gift_cards_from_warranty_claims_too(self):
        answer = judged("gift_card", "unclear", kind="warranty")

        assert answer == ("fail", "gift_card", "return.excluded.gift_card")

    def test_say_nothing_else_of_warranty_claims(self):
        line = the_line(an_order(a_line(kind="custom")), asking(why="fading"), kind="warranty")

        assert answers(line)["exclusions"] == ("not_applicable", "not_applicable")
