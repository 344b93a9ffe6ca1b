from hypothesis import given
from hypothesis import strategies as st

from returns_engine.rules.lifecycle import refund_states
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.lifecycle.replacement_states import ReplacementState
from returns_engine.rules.lifecycle.settled_units import (
    ProposedUnits,
    UnitsSentAgain,
    refunded_units,
    replaced_units,
)

_units = st.integers(min_value=1, max_value=5)
_proposals = st.lists(
    st.builds(
        ProposedUnits,
        quantity=_units,
        refunds=st.lists(st.sampled_from(RefundState), min_size=1, max_size=3).map(tuple),
    ),
    max_size=4,
)
_replacements = st.lists(
    st.builds(UnitsSentAgain, quantity=_units, state=st.sampled_from(ReplacementState)), max_size=4
)


def proposed_for(
    proposals: list[ProposedUnits], replacements: list[UnitsSentAgain], nothing: int
) -> int:
    """The units something was made for; those of a cancelled replacement are in a proposal."""
    standing = [one for one in replacements if one.state is not ReplacementState.CANCELLED]
    return sum(one.quantity for one in [*proposals, *standing]) + nothing


class TestAUnit:
    @given(_proposals, _replacements, st.integers(min_value=0, max_value=3))
    def test_is_never_both_money_and_goods(self, proposals, replacements, nothing):
        proposed = proposed_for(proposals, replacements, nothing)

        refunded = refunded_units(proposed, proposals, replacements)

        assert refunded >= nothing
        assert refunded + replaced_units(replacements) <= proposed

    @given(_proposals, _replacements, st.integers(min_value=0, max_value=3))
    def test_is_one_of_them_once_all_is_paid_and_delivered(self, proposals, replacements, nothing):
        paid = [
            ProposedUnits(quantity=one.quantity, refunds=(RefundState.SUCCEEDED,))
            for one in proposals
        ]
        delivered = [
            UnitsSentAgain(quantity=one.quantity, state=ReplacementState.DELIVERED)
            for one in replacements
        ]
        proposed = proposed_for(paid, delivered, nothing)

        refunded = refunded_units(proposed, paid, delivered)

        assert refunded == sum(one.quantity for one in paid) + nothing
        assert refunded + replaced_units(delivered) == proposed

    @given(_units, st.lists(st.sampled_from(RefundState), min_size=1, max_size=3))
    def test_whose_replacement_was_cancelled_is_counted_by_its_refund(self, units, states):
        proposal = ProposedUnits(quantity=units, refunds=tuple(states))
        cancelled = UnitsSentAgain(quantity=units, state=ReplacementState.CANCELLED)

        refunded = refunded_units(units, [proposal], [cancelled])

        open_still = bool(set(states) & refund_states.OPEN)
        had_money = RefundState.SUCCEEDED in states and not open_still
        assert refunded == (units if had_money else 0)
        assert replaced_units([cancelled]) == 0
