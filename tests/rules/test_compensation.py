"""What the policy gives on top for our fault, and for whose fault nothing (63, 67, 76, B-30)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_engine.documents.policy_file import load_policy
from returns_engine.rules.compensation import cause_of, left_of_caps, suggest
from returns_engine.rules.words import (
    CHANGES_OF_MIND,
    HUMAN_FOUND,
    MERCHANT_FAULTS,
    FoundCause,
    Reason,
    Resolution,
)

EKR = load_policy(None).compensation
MONEY, AGAIN = Resolution.REFUND, Resolution.REPLACEMENT


class TestWhatIsGiven:
    def test_is_the_phone_case_beside_the_right_item(self):
        given_on_top = suggest([Reason.WRONG_ITEM], AGAIN, EKR)

        assert (given_on_top.kind, given_on_top.what) == ("gift", "phone case")
        assert given_on_top.clause == "fault.wrong_item"

    def test_is_the_gift_where_a_parcel_is_sent_again(self):
        given_on_top = suggest([Reason.UNDELIVERABLE], AGAIN, EKR)

        assert (given_on_top.kind, given_on_top.clause) == ("gift", "delivery.choice")

    def test_is_nothing_where_an_undeliverable_parcel_is_paid_back(self):
        assert suggest([Reason.UNDELIVERABLE], MONEY, EKR) is None

    @pytest.mark.parametrize("cause", sorted(MERCHANT_FAULTS))
    @pytest.mark.parametrize("resolution", [MONEY, Resolution.EXCHANGE])
    def test_is_a_coupon_on_top_of_the_money_for_every_fault_of_ours(self, cause, resolution):
        given_on_top = suggest([cause], resolution, EKR)

        assert (given_on_top.kind, given_on_top.value) == ("coupon", EKR.coupon_value)
        assert given_on_top.clause == "fault.compensation"

    @pytest.mark.parametrize("cause", sorted(CHANGES_OF_MIND | {Reason.OTHER}))
    @pytest.mark.parametrize("resolution", Resolution)
    def test_is_nothing_for_a_change_of_mind(self, cause, resolution):
        assert suggest([cause], resolution, EKR) is None

    def test_is_for_the_first_cause_that_has_something(self):
        causes = [None, Reason.CHANGED_MIND, Reason.DEFECTIVE, Reason.WRONG_ITEM]

        assert suggest(causes, MONEY, EKR).cause is Reason.DEFECTIVE
        assert suggest([], MONEY, EKR) is None


class TestTheCause:
    @given(st.sampled_from(Reason))
    def test_is_what_the_customer_said_where_nobody_looked_or_nobody_knows(self, declared):
        assert cause_of(declared, None) is declared
        assert cause_of(declared, FoundCause.UNCLEAR) is declared

    @given(st.sampled_from(Reason), st.sampled_from(sorted(HUMAN_FOUND | {FoundCause.NONE})))
    def test_is_none_of_ours_where_the_bench_found_use_or_nothing_at_all(self, declared, found):
        assert cause_of(declared, found) is None

    @given(st.sampled_from(Reason), st.sampled_from(FoundCause))
    def test_follows_the_bench_and_not_the_click(self, declared, found):
        if found is not FoundCause.UNCLEAR:
            assert cause_of(declared, found) is cause_of(Reason.OTHER, found)

    def test_is_ours_where_the_bench_finds_our_packing_error(self):
        assert cause_of(Reason.CHANGED_MIND, FoundCause.PACKING_ERROR) is Reason.WRONG_ITEM


class TestTheCaps:
    @given(*[st.integers(0, 10**6)] * 5)
    def test_hold_for_the_order_and_for_the_month(self, value, on_order, in_month, one, other):
        terms = replace(EKR, cap_per_order=one, cap_per_month=other)

        left = left_of_caps(on_order=on_order, in_month=in_month, terms=terms)

        assert (value <= left) is (on_order + value <= one and in_month + value <= other)
