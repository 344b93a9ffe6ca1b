from itertools import product

import pytest
from hypothesis import given

from returns_engine.rules.lifecycle.actions import Action, allowed, allowed_actions, require
from returns_engine.rules.lifecycle.headline import Headline, LineCounts, headline
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.permission import TABLE, PermissionEvent, PermissionState
from returns_engine.rules.lifecycle.refund_states import RefundState
from tests.rules.lifecycle.cases import CASES, a_case

# The contract's columns: what each call says of when it may come.
BENCH_ON = "partially_received received inspected settling closed"
CONTRACT = {
    "approve": "in_review",
    "decline": "in_review",
    "request_info": "in_review",
    "override": "in_review",
    "answer": "needs_info",
    "withdraw": "requested in_review needs_info approved label_issued in_transit",
    "appeal": f"declined {BENCH_ON}",
    "message": " ".join(Headline),
    "tracking": "approved label_issued in_transit",
    "receive": "approved label_issued in_transit partially_received expired",
    "inspect": "partially_received received",
    "close_outstanding": "in_transit partially_received",
    "send_back": f"in_review needs_info declined {BENCH_ON}",
    "consent": f"in_review needs_info declined {BENCH_ON}",
    "carrier_inquiry": "in_review needs_info in_transit",
    "void_label": "label_issued",
    "renew_label": "expired",
}
REJECTED = LineCounts(requested=1, received=1, rejected=1)


class TestEveryAction:
    @pytest.mark.parametrize(("action", "state"), list(product(Action, Headline)))
    def test_is_allowed_where_the_contract_says_and_refused_elsewhere(self, action, state):
        expected = state in CONTRACT[action].split()

        assert allowed(action, state) is expected
        if expected:
            require(action, state)
            return
        with pytest.raises(TransitionNotAllowed) as refusal:
            require(action, state)
        assert (refusal.value.state, refusal.value.action) == (state.value, action.value)

    @pytest.mark.parametrize("action", ["approve", "decline", "request_info", "answer"])
    def test_that_moves_the_permission_is_in_its_table(self, action):
        for state in CONTRACT[action].split():
            assert (PermissionState(state), PermissionEvent(action)) in TABLE

    @given(CASES)
    def test_is_offered_only_where_it_would_be_taken(self, case):
        state = headline(case)
        offered = allowed_actions(case)

        for action in Action:
            assert allowed(action, state, case) is (action in offered)
            assert allowed(action, state) or action not in offered
        assert Action.MESSAGE in offered


class TestWithdraw:
    def test_is_possible_until_something_arrived(self):
        assert Action.WITHDRAW in allowed_actions(a_case(in_transit=True))

    def test_is_refused_in_an_appeal_after_the_bench(self):
        case = a_case(REJECTED, permission=PermissionState.IN_REVIEW)

        with pytest.raises(TransitionNotAllowed):
            require(Action.WITHDRAW, headline(case), case)

    @pytest.mark.parametrize("state", RefundState)
    def test_is_refused_once_money_was_decided_on(self, state):
        case = a_case(permission=PermissionState.IN_REVIEW, goods_expected=False, refunds=(state,))

        assert Action.WITHDRAW not in allowed_actions(case)


class TestAppeal:
    def test_is_possible_after_a_refusal(self):
        assert Action.APPEAL in allowed_actions(a_case(permission=PermissionState.DECLINED))

    def test_is_possible_once(self):
        case = a_case(permission=PermissionState.DECLINED, appealed=True)

        assert Action.APPEAL not in allowed_actions(case)

    def test_is_possible_after_a_rejection_at_the_bench(self):
        assert Action.APPEAL in allowed_actions(a_case(REJECTED))

    def test_is_not_possible_about_units_that_the_customer_let_us_keep(self):
        kept = LineCounts(requested=1, received=1, rejected=1, sent_back_or_disposed=1, disposed=1)

        assert Action.APPEAL not in allowed_actions(a_case(kept))

    def test_is_possible_after_a_lowered_refund(self):
        line = LineCounts(requested=1, received=1, accepted=1)

        case = a_case(line, refunds=(RefundState.APPROVED,), lowered=True)
        assert Action.APPEAL in allowed_actions(case)

    def test_needs_something_to_appeal_against(self):
        line = LineCounts(requested=1, received=1, accepted=1, refunded=1)

        case = a_case(line, refunds=(RefundState.SUCCEEDED,))
        assert Action.APPEAL not in allowed_actions(case)


class TestTheBench:
    def test_inspects_while_a_unit_has_no_verdict(self):
        waiting = a_case(LineCounts(requested=2, received=1))
        done = a_case(LineCounts(requested=2, received=1, accepted=1))

        assert Action.INSPECT in allowed_actions(waiting)
        assert Action.INSPECT not in allowed_actions(done)

    def test_sends_back_only_what_is_still_here(self):
        gone = LineCounts(requested=1, received=1, rejected=1, sent_back_or_disposed=1)

        assert Action.SEND_BACK in allowed_actions(a_case(REJECTED))
        assert Action.SEND_BACK not in allowed_actions(a_case(gone))

    def test_receives_nothing_where_nothing_is_expected(self):
        assert Action.RECEIVE not in allowed_actions(a_case(goods_expected=False))
