import pytest
from hypothesis import given

from returns_engine.rules.lifecycle import refund_states, replacement_states
from returns_engine.rules.lifecycle.headline import Headline, LineCounts, headline
from returns_engine.rules.lifecycle.next_step import Who, next_step
from returns_engine.rules.lifecycle.permission import PermissionState
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.lifecycle.replacement_states import ReplacementState
from returns_engine.rules.words import ReturnKind
from tests.rules.lifecycle.cases import CASES, a_case

ACCEPTED = LineCounts(requested=1, received=1, accepted=1)


def step_of(case):
    return next_step(headline(case), case)


class TestNextStep:
    @pytest.mark.parametrize("state", Headline)
    def test_is_one_sentence_for_every_headline(self, state):
        step = next_step(state)

        assert step.says_key == f"next_step.{state}"
        assert step.says.endswith(".")

    @given(CASES)
    def test_is_there_for_every_case(self, case):
        assert step_of(case).says

    @given(CASES)
    def test_of_a_warranty_claim_speaks_of_no_return(self, case):
        said = next_step(headline(case), case, kind=ReturnKind.WARRANTY)

        assert " return" not in said.says
        assert said.who is step_of(case).who

    def test_of_a_warranty_claim_names_it(self):
        said = next_step(Headline.WITHDRAWN, kind=ReturnKind.WARRANTY)

        assert (said.says_key, said.says) == (
            "next_step.withdrawn_claim",
            "You withdrew this claim; nothing more is due.",
        )

    def test_leaves_the_ball_with_the_customer_while_the_label_is_unused(self):
        assert step_of(a_case(label_issued=True)).who is Who.CUSTOMER

    def test_leaves_the_ball_with_the_carrier_on_the_way(self):
        assert step_of(a_case(in_transit=True)).who is Who.CARRIER

    def test_asks_who_sent_a_parcel_that_was_given_up_to_write_to_us(self):
        case = a_case(LineCounts(requested=2, given_up=2), in_transit=True)

        assert (headline(case), step_of(case).says_key) == (Headline.CLOSED, "next_step.given_up")

    @pytest.mark.parametrize("state", sorted(refund_states.OPEN))
    def test_knows_every_open_refund(self, state):
        assert step_of(a_case(ACCEPTED, refunds=(state,))).says_key.startswith("next_step.refund_")

    def test_says_that_nothing_more_is_due_once_the_replacement_has_arrived(self):
        step = step_of(a_case(ACCEPTED, replacements=(ReplacementState.DELIVERED,)))

        assert (step.says_key, step.who) == ("next_step.replaced", None)

    @pytest.mark.parametrize("state", sorted(replacement_states.OPEN))
    def test_knows_every_open_replacement(self, state):
        step = step_of(a_case(ACCEPTED, replacements=(state,)))

        assert step.says_key == f"next_step.replacement_{state}"

    def test_names_first_what_needs_somebody_most(self):
        case = a_case(ACCEPTED, refunds=(RefundState.PENDING, RefundState.FAILED))

        assert step_of(case).says_key == "next_step.refund_failed"

    def test_leaves_the_ball_with_the_bank_once_the_refund_was_sent(self):
        assert step_of(a_case(ACCEPTED, refunds=(RefundState.SUCCEEDED,))).who is Who.BANK

    def test_waits_for_no_bank_where_all_went_back_onto_gift_cards(self):
        case = a_case(ACCEPTED, refunds=(RefundState.SUCCEEDED,), on_gift_cards=True)

        assert (step_of(case).says_key, step_of(case).who) == (
            "next_step.refunded_on_gift_card",
            None,
        )

    def test_asks_for_no_parcel_where_none_is_expected(self):
        step = step_of(a_case(goods_expected=False))

        assert step.says_key == "next_step.approved_without_goods"

    @pytest.mark.parametrize(
        "permission", ["declined", "withdrawn", "in_review", "needs_info", "approved"]
    )
    def test_speaks_of_no_return_and_no_parcel_of_theirs_where_nothing_comes_back(self, permission):
        step = step_of(a_case(permission=PermissionState(permission), goods_expected=False))

        assert "return" not in step.says
        assert "send it" not in step.says

    def test_leaves_the_ball_with_a_carrier_that_was_asked(self):
        case = a_case(
            permission=PermissionState.IN_REVIEW, goods_expected=False, carrier_asked=True
        )

        assert step_of(case).who is Who.CARRIER

    def test_says_that_rejected_goods_are_still_the_customers(self):
        rejected = LineCounts(requested=1, received=1, rejected=1)

        assert step_of(a_case(rejected)).says_key == "next_step.rejected_waiting"

    def test_says_that_another_person_hears_an_appeal(self):
        case = a_case(permission=PermissionState.IN_REVIEW, appealed=True)

        assert step_of(case).says_key == "next_step.appeal_heard"

    def test_offers_an_appeal_once(self):
        first = a_case(permission=PermissionState.DECLINED)
        again = a_case(permission=PermissionState.DECLINED, appealed=True)

        assert "another person" in step_of(first).says
        assert step_of(again).says_key == "next_step.declined_for_good"

    def test_says_that_units_are_judged_again_after_an_appeal(self):
        case = a_case(LineCounts(requested=1, received=1), appealed=True, upheld=True)

        assert step_of(case).says_key == "next_step.judged_again"

    def test_says_that_we_inspect_what_has_come_before_asking_for_the_rest(self):
        waiting = LineCounts(requested=2, received=1)
        inspected = LineCounts(requested=2, received=1, accepted=1)

        assert step_of(a_case(waiting)).who is Who.MERCHANT
        assert step_of(a_case(inspected)).who is Who.CUSTOMER
