from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from returns_engine.documents.policy_file import load_policy
from returns_engine.rules.approval import (
    Approval,
    Step,
    limit_of,
    needs_second,
    next_step,
)
from returns_engine.rules.words import Role

TERMS = load_policy(None).approval
approvals = st.builds(Approval, person=st.integers(1, 3), amount=st.integers(1, 3))


class TestWhatOnePersonApproves:
    def test_ends_above_a_thousand(self):
        assert not needs_second(100_000, "USD", TERMS)
        assert needs_second(100_001, "USD", TERMS)

    def test_is_as_much_in_every_currency(self):
        assert not needs_second(150_000, "JPY", TERMS)
        assert needs_second(150_001, "JPY", TERMS)
        assert not needs_second(1_000_000, "KWD", TERMS)
        assert needs_second(1_000_001, "KWD", TERMS)

    def test_has_a_limit_for_each_role_and_the_highest_counts(self):
        assert limit_of([Role.FINANCE], "USD", TERMS) == 250_000
        assert limit_of([Role.MANAGER], "USD", TERMS) == 1_000_000
        assert limit_of([Role.FINANCE, Role.MANAGER], "USD", TERMS) == 1_000_000
        assert limit_of([Role.FINANCE, Role.WAREHOUSE], "KRW", TERMS) == 3_500_000

    def test_has_the_lowest_limit_for_who_holds_no_such_role(self):
        assert limit_of([Role.SUPPORT], "USD", TERMS) == 250_000
        assert limit_of([], "USD", TERMS) == 250_000


class TestTwoPeople:
    def test_confirm_the_same_amount(self):
        first = Approval(person=1, amount=5)

        assert next_step(None, first, two=True) is Step.IS_FIRST
        assert next_step(first, Approval(person=2, amount=5), two=True) is Step.TAKES_EFFECT

    def test_are_not_one_person_twice(self):
        first = Approval(person=1, amount=5)

        assert next_step(first, first, two=True) is Step.NEEDS_ANOTHER

    def test_begin_again_with_another_amount(self):
        first = Approval(person=1, amount=5)

        for person in (1, 2):
            given = Approval(person=person, amount=4)
            assert next_step(first, given, two=True) is Step.IS_FIRST

    def test_are_not_asked_for_where_one_is_enough(self):
        assert next_step(None, Approval(person=1, amount=5), two=False) is Step.TAKES_EFFECT

    @given(st.lists(approvals, max_size=12))
    def test_have_always_agreed_on_what_takes_effect(self, said):
        first = None
        for one in said:
            step = next_step(first, one, two=True)
            if step is Step.TAKES_EFFECT:
                assert first is not None
                assert first.person != one.person
                assert first.amount == one.amount
                return
            if step is Step.IS_FIRST:
                first = one
        # Whoever nobody confirmed was followed by themselves alone, or by other amounts.
        pairs = pairwise(said)
        assert not any(a.person != b.person and a.amount == b.amount for a, b in pairs)
