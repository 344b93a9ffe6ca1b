import pytest

from returns_engine.rules.words import MERCHANT_FAULTS
from tests.rules.eligibility.cases import an_order, answers, asking, the_line, the_rule


def judged(why="changed_mind", **declared):
    line = the_line(an_order(), asking(why=why, photos=1, **declared))
    finding = the_rule(line, "condition")
    return finding.outcome.value, finding.code, finding.clause


class TestCondition:
    def test_passes_what_nobody_declared(self):
        assert judged() == ("pass", "condition_ok", "return.condition")

    def test_passes_what_is_as_it_was_received(self):
        answer = judged(unused=True, tags_attached=True, original_packaging=True)

        assert answer == ("pass", "condition_ok", "return.condition")

    def test_refuses_what_was_used(self):
        answer = judged(unused=False, tags_attached=False, original_packaging=False)

        assert answer == ("fail", "item_used", "return.condition.unused")

    def test_refuses_what_has_lost_its_tags(self):
        answer = judged(tags_attached=False, original_packaging=False)

        assert answer == ("fail", "tags_missing", "return.condition.tags")

    def test_refuses_what_has_lost_its_packaging(self):
        answer = judged(original_packaging=False)

        assert answer == ("fail", "packaging_missing", "return.condition.packaging")

    @pytest.mark.parametrize("reason", sorted(MERCHANT_FAULTS))
    def test_does_not_hold_use_against_a_fault_of_ours(self, reason):
        assert judged(reason, unused=False) == ("pass", "condition_ok", "fault.ours")

    @pytest.mark.parametrize("reason", ["wrong_model_chosen", "color_texture", "late", "other"])
    def test_judges_every_other_reason(self, reason):
        assert judged(reason, unused=False)[:2] == ("fail", "item_used")

    def test_does_not_judge_a_warranty_claim(self):
        line = the_line(an_order(), asking(why="unclear", unused=False), kind="warranty")

        assert answers(line)["condition"] == ("not_applicable", "not_applicable")
