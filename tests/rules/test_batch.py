import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_engine.documents.policy_file import load_policy
from returns_engine.rules.batch import LookAt, Proposal, alike, what_to_look_at
from returns_engine.rules.words import ReturnKind

TERMS = load_policy(None).approval


def proposal(**changes):
    values = {
        "kind": ReturnKind.RETURN,
        "currency": "USD",
        "proposed": 5000,
        "maximum": 5000,
        "together": 5000,
    }
    return Proposal(**(values | changes))


class TestAPlainProposal:
    def test_goes_with_others(self):
        assert what_to_look_at(proposal(), TERMS) == frozenset()
        cancelled = proposal(kind=ReturnKind.CANCELLATION)
        assert what_to_look_at(cancelled, TERMS) == frozenset()

    @pytest.mark.parametrize(
        ("changes", "found"),
        [
            ({"kind": ReturnKind.DELIVERY_PROBLEM}, LookAt.KIND),
            ({"maximum": 4999}, LookAt.NOT_ALL_OF_IT),
            ({"proposed": 15_001, "maximum": 15_001, "together": 15_001}, LookAt.AMOUNT),
            ({"together": 100_001}, LookAt.TWO_PEOPLE),
            ({"flags": frozenset({LookAt.DISPUTE})}, LookAt.DISPUTE),
        ],
    )
    def test_is_one_with_nothing_to_look_at(self, changes, found):
        assert found in what_to_look_at(proposal(**changes), TERMS)

    def test_is_as_small_in_every_currency(self):
        yen = proposal(currency="JPY", proposed=22_500, maximum=22_500, together=22_500)

        assert what_to_look_at(yen, TERMS) == frozenset()

    @given(st.sets(st.sampled_from(LookAt)), st.integers(1, 200_000), st.integers(0, 200_000))
    def test_keeps_every_flag_and_never_more_than_one_person_may(self, flags, amount, more):
        one = proposal(
            flags=frozenset(flags), proposed=amount, maximum=amount, together=amount + more
        )
        found = what_to_look_at(one, TERMS)

        assert flags <= found
        assert found or amount + more <= 15_000


class TestAlike:
    def test_are_those_of_one_kind_in_one_currency(self):
        assert alike([proposal(), proposal(proposed=1)])
        assert alike([])
        assert not alike([proposal(), proposal(currency="EUR")])
        assert not alike([proposal(), proposal(kind=ReturnKind.CANCELLATION)])
