import pytest

from returns_engine.rules.words import MERCHANT_FAULTS
from tests.rules.eligibility.cases import an_order, answers, asking, the_line, the_rule


class TestPhotos:
    @pytest.mark.parametrize("reason", sorted(MERCHANT_FAULTS))
    def test_are_required_where_the_fault_is_ours(self, reason):
        without = the_line(an_order(), asking(why=reason))
        with_one = the_line(an_order(), asking(why=reason, photos=1))

        assert without.photos_required
        assert with_one.photos_required
        assert answers(without)["photos"] == ("review", "photos_required")
        assert without.verdict == "needs_review"
        assert answers(with_one)["photos"] == ("pass", "photos_ok")
        assert with_one.verdict == "eligible"
        assert the_rule(without, "photos").clause == "fault.photos"

    @pytest.mark.parametrize("reason", ["changed_mind", "late", "other"])
    def test_are_not_asked_for_otherwise(self, reason):
        line = the_line(an_order(), asking(why=reason))

        assert not line.photos_required
        assert answers(line)["photos"] == ("pass", "photos_ok")


class TestDestination:
    def test_passes_at_home(self):
        assert answers(the_line())["destination"] == ("pass", "domestic")

    def test_leaves_addresses_abroad_to_a_person(self):
        line = the_line(an_order(country="CA"))

        assert answers(line)["destination"] == ("review", "abroad")
        assert the_rule(line, "destination").clause == "destination.abroad"
        assert line.verdict == "needs_review"
