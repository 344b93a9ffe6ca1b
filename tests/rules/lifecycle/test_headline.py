from dataclasses import replace

import pytest
from hypothesis import given

from returns_engine.rules.lifecycle import refund_states, replacement_states
from returns_engine.rules.lifecycle.actions import Action, allowed
from returns_engine.rules.lifecycle.headline import Headline, LineCounts, headline
from returns_engine.rules.lifecycle.permission import PermissionState
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.lifecycle.replacement_states import ReplacementState
from tests.rules.lifecycle.cases import CASES, a_case

ACCEPTED = LineCounts(requested=2, received=2, accepted=2)
REFUNDED = LineCounts(requested=2, received=2, accepted=2, refunded=2)
REJECTED = LineCounts(requested=1, received=1, rejected=1)
SENT_BACK = LineCounts(requested=1, received=1, rejected=1, sent_back_or_disposed=1)


class TestWhileThePermissionIsNotGiven:
    @pytest.mark.parametrize(
        "permission", sorted(set(PermissionState) - {PermissionState.APPROVED})
    )
    def test_is_the_permission_whatever_has_arrived(self, permission):
        case = a_case(ACCEPTED, permission=permission, refunds=(RefundState.PENDING,))

        assert headline(case) == permission.value


class TestOnTheWayToUs:
    def test_is_approved_until_there_is_a_label(self):
        assert headline(a_case()) is Headline.APPROVED

    def test_is_label_issued_until_the_parcel_moves(self):
        assert headline(a_case(label_issued=True)) is Headline.LABEL_ISSUED

    def test_is_in_transit_when_tracking_says_so_even_without_our_label(self):
        assert headline(a_case(label_issued=True, in_transit=True)) is Headline.IN_TRANSIT
        assert headline(a_case(in_transit=True)) is Headline.IN_TRANSIT


class TestAtTheWarehouse:
    def test_is_partially_received_while_anything_is_outstanding(self):
        here = LineCounts(requested=2, received=1, accepted=1, refunded=1)
        case = a_case(here, label_issued=True, refunds=(RefundState.SUCCEEDED,))

        assert headline(case) is Headline.PARTIALLY_RECEIVED

    def test_is_partially_received_while_another_line_is_outstanding(self):
        case = a_case(ACCEPTED, LineCounts(requested=1), refunds=(RefundState.PROPOSED,))

        assert headline(case) is Headline.PARTIALLY_RECEIVED

    def test_is_received_until_every_unit_has_a_verdict(self):
        case = a_case(LineCounts(requested=2, received=2, accepted=1))

        assert headline(case) is Headline.RECEIVED

    def test_is_received_when_the_rest_was_given_up(self):
        assert (
            headline(a_case(LineCounts(requested=3, received=1, given_up=2))) is Headline.RECEIVED
        )

    def test_is_inspected_until_something_is_proposed(self):
        assert headline(a_case(ACCEPTED)) is Headline.INSPECTED

    def test_is_inspected_while_only_a_rejected_unit_waits(self):
        assert headline(a_case(REJECTED)) is Headline.INSPECTED
        settled = a_case(REFUNDED, REJECTED, refunds=(RefundState.SUCCEEDED,))
        assert headline(settled) is Headline.INSPECTED


class TestSettling:
    @pytest.mark.parametrize("state", sorted(refund_states.OPEN))
    def test_lasts_while_a_refund_is_open(self, state):
        case = a_case(ACCEPTED, refunds=(RefundState.SUCCEEDED, state))

        assert headline(case) is Headline.SETTLING

    @pytest.mark.parametrize("state", sorted(replacement_states.OPEN))
    def test_lasts_while_a_replacement_is_open(self, state):
        assert headline(a_case(ACCEPTED, replacements=(state,))) is Headline.SETTLING

    def test_goes_on_beside_a_rejected_unit(self):
        case = a_case(ACCEPTED, REJECTED, refunds=(RefundState.PROPOSED,))

        assert headline(case) is Headline.SETTLING

    def test_comes_back_with_a_late_failure(self):
        assert headline(a_case(ACCEPTED, refunds=(RefundState.FAILED,))) is Headline.SETTLING


class TestClosed:
    @pytest.mark.parametrize("state", sorted(refund_states.SETTLED))
    def test_comes_when_every_refund_is_settled(self, state):
        assert headline(a_case(ACCEPTED, refunds=(state,))) is Headline.CLOSED

    @pytest.mark.parametrize("state", sorted(replacement_states.SETTLED))
    def test_comes_when_every_replacement_is_settled(self, state):
        assert headline(a_case(ACCEPTED, replacements=(state,))) is Headline.CLOSED

    def test_comes_when_every_rejected_unit_has_left(self):
        assert headline(a_case(SENT_BACK)) is Headline.CLOSED

    def test_comes_when_everything_was_given_up(self):
        case = a_case(LineCounts(requested=2, given_up=2), label_issued=True)

        assert headline(case) is Headline.CLOSED

    def test_comes_without_a_refund_where_there_was_nothing_to_refund(self):
        assert headline(a_case(REFUNDED)) is Headline.CLOSED


class TestWithoutGoods:
    def test_is_approved_until_a_refund_is_proposed(self):
        assert headline(a_case(goods_expected=False, label_issued=True)) is Headline.APPROVED

    def test_is_closed_where_nothing_was_paid_for_the_units(self):
        units = LineCounts(requested=3, given_up=1, refunded=2)

        assert headline(a_case(units, goods_expected=False)) is Headline.CLOSED

    def test_is_settling_until_all_is_settled(self):
        case = a_case(goods_expected=False, refunds=(RefundState.PENDING, RefundState.SUCCEEDED))

        assert headline(case) is Headline.SETTLING

    def test_is_closed_then(self):
        case = a_case(
            goods_expected=False,
            refunds=(RefundState.SUCCEEDED,),
            replacements=(ReplacementState.DELIVERED,),
        )

        assert headline(case) is Headline.CLOSED


KEPT = LineCounts(requested=1, goods_expected=False)


class TestWhereSomeIsKeptAndSomeIsSent:
    def test_waits_for_the_parcel_though_money_is_open_for_what_is_kept(self):
        case = a_case(KEPT, LineCounts(requested=1), refunds=(RefundState.PROPOSED,))

        assert headline(case) is Headline.APPROVED
        assert headline(replace(case, label_issued=True)) is Headline.LABEL_ISSUED

    def test_never_waits_for_what_is_kept(self):
        case = a_case(KEPT, REFUNDED, refunds=(RefundState.PROPOSED, RefundState.SUCCEEDED))

        assert headline(case) is Headline.SETTLING
        assert headline(a_case(KEPT, LineCounts(requested=1, received=1))) is Headline.RECEIVED

    def test_is_closed_when_both_are_settled(self):
        refunds = (RefundState.SUCCEEDED, RefundState.SUCCEEDED)
        kept = replace(KEPT, refunded=1)

        assert headline(a_case(kept, REFUNDED, refunds=refunds)) is Headline.CLOSED
        assert headline(a_case(kept, REJECTED, refunds=refunds[:1])) is Headline.INSPECTED

    def test_is_partially_received_by_what_is_to_come_alone(self):
        two = LineCounts(requested=2, received=1, accepted=1)

        assert headline(a_case(KEPT, two)) is Headline.PARTIALLY_RECEIVED


class TestEveryCase:
    @given(CASES)
    def test_has_a_headline(self, case):
        assert isinstance(headline(case), Headline)

    @given(CASES)
    def test_is_never_closed_while_anything_is_owed_or_outstanding(self, case):
        if headline(case) is not Headline.CLOSED:
            return
        assert not set(case.refunds) & refund_states.OPEN
        assert not set(case.replacements) & replacement_states.OPEN
        if case.goods_expected:
            assert not case.outstanding
            assert not case.without_verdict
            assert not case.rejected_waiting

    @given(CASES)
    def test_speaks_of_goods_only_where_goods_are_expected(self, case):
        if case.permission is PermissionState.APPROVED and not case.goods_expected:
            assert headline(case) in {Headline.APPROVED, Headline.SETTLING, Headline.CLOSED}

    @given(CASES)
    def test_is_the_same_whatever_is_kept_while_goods_are_under_way(self, case):
        """What the customer keeps is never outstanding, waits for no bench, and is not received."""
        sent = tuple(line for line in case.lines if line.goods_expected)
        if case.permission is PermissionState.APPROVED and any(line.outstanding for line in sent):
            assert headline(case) is headline(replace(case, lines=sent))

    @given(CASES)
    def test_takes_no_parcel_for_what_is_kept(self, case):
        kept = tuple(line for line in case.lines if not line.goods_expected)
        if len(kept) == len(case.lines):
            assert not allowed(Action.RECEIVE, headline(case), case)
            assert not case.outstanding

    @given(CASES)
    def test_is_never_withdrawn_once_anything_was_made_for_its_units(self, case):
        if case.refunds or case.replacements or case.arrived:
            assert not allowed(Action.WITHDRAW, headline(case), case)
