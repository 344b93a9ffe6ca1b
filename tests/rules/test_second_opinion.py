"""What one person does not reject alone, and when two agree."""

from returns_engine.documents.policy_file import load_policy
from returns_engine.rules.lifecycle.opinion_states import OpinionEvent
from returns_engine.rules.second_opinion import compared, needs_opinion
from returns_engine.rules.words import InspectionVerdict

TERMS = load_policy(None).approval


class TestWhatOnePersonRejects:
    def test_ends_above_five_hundred(self):
        assert not needs_opinion(50_000, "USD", TERMS)
        assert needs_opinion(50_001, "USD", TERMS)

    def test_is_as_much_in_every_currency(self):
        assert not needs_opinion(75_000, "JPY", TERMS)
        assert needs_opinion(75_001, "JPY", TERMS)


class TestTwoOpinions:
    def test_agree_where_the_second_rejects_too(self):
        assert compared(InspectionVerdict.REJECTED) is OpinionEvent.AGREE
        assert compared(InspectionVerdict.ACCEPTED) is OpinionEvent.DISAGREE
