from hypothesis import given
from hypothesis import strategies as st

from returns_engine.rules.lifecycle.headline import CaseFacts, LineCounts
from returns_engine.rules.lifecycle.permission import PermissionState
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.promises import Owed, PromiseKind, owed, was_kept


def a_case(
    permission: PermissionState = PermissionState.APPROVED, *, received: int = 0, judged: int = 0
) -> CaseFacts:
    line = LineCounts(requested=3, received=received, accepted=judged)
    return CaseFacts(
        permission=permission,
        label_issued=True,
        in_transit=False,
        goods_expected=True,
        lines=(line,),
    )


ANSWER = Owed(PromiseKind.ANSWER)
INSPECTION = Owed(PromiseKind.INSPECTION)
REFUND = Owed(PromiseKind.REFUND_SENT, "r1")


class TestAnAnswer:
    def test_is_owed_while_a_person_looks(self):
        assert owed(a_case(PermissionState.IN_REVIEW), {}) == {ANSWER}

    def test_is_kept_by_whatever_the_person_said(self):
        for said in (
            PermissionState.APPROVED,
            PermissionState.DECLINED,
            PermissionState.NEEDS_INFO,
        ):
            assert was_kept(ANSWER, a_case(said), {})

    def test_is_waited_for_by_nobody_once_the_customer_withdrew(self):
        withdrawn = a_case(PermissionState.WITHDRAWN)

        assert owed(withdrawn, {}) == frozenset()
        assert not was_kept(ANSWER, withdrawn, {})


class TestAnInspection:
    def test_is_owed_from_the_parcels_arrival_to_the_last_verdict(self):
        assert owed(a_case(), {}) == frozenset()
        assert owed(a_case(received=2, judged=1), {}) == {INSPECTION}
        assert owed(a_case(received=2, judged=2), {}) == frozenset()


class TestARefund:
    def test_is_owed_from_approval_until_the_provider_has_taken_it(self):
        unsent = {RefundState.APPROVED, RefundState.SUBMITTING, RefundState.UNKNOWN}

        for state in unsent | {RefundState.FAILED}:
            assert owed(a_case(), {"r1": state}) == {REFUND}

    def test_is_kept_once_the_provider_has_taken_it(self):
        for state in (RefundState.PENDING, RefundState.REQUIRES_ACTION, RefundState.SUCCEEDED):
            assert was_kept(REFUND, a_case(), {"r1": state})
        assert not was_kept(REFUND, a_case(), {"r1": RefundState.CANCELED})

    @given(st.dictionaries(st.text(max_size=3), st.sampled_from(RefundState)))
    def test_has_a_promise_of_its_own_however_many_there_are(self, refunds):
        promised = owed(a_case(), refunds)

        assert all(one.what is PromiseKind.REFUND_SENT for one in promised)
        assert {one.subject for one in promised} <= refunds.keys()
        assert not any(was_kept(one, a_case(), refunds) for one in promised)
