"""Builders of cases for the tests of the lifecycles."""

from hypothesis import strategies as st

from returns_engine.rules.lifecycle.headline import CaseFacts, LineCounts
from returns_engine.rules.lifecycle.permission import PermissionState
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.lifecycle.replacement_states import ReplacementState


def a_case(*lines, **changes):
    """Return an approved case of one unit on its way, or as `changes` say."""
    facts = {
        "permission": PermissionState.APPROVED,
        "label_issued": False,
        "in_transit": False,
        "goods_expected": True,
        "lines": lines or (LineCounts(requested=1),),
    }
    return CaseFacts(**(facts | changes))


@st.composite
def line_counts(draw):
    """Draw counters that the database would take."""
    requested = draw(st.integers(1, 4))
    received = draw(st.integers(0, requested))
    accepted = draw(st.integers(0, received))
    rejected = draw(st.integers(0, received - accepted))
    refunded = draw(st.integers(0, accepted))
    return LineCounts(
        requested=requested,
        received=received,
        accepted=accepted,
        rejected=rejected,
        given_up=draw(st.integers(0, requested - received)),
        sent_back_or_disposed=(gone := draw(st.integers(0, rejected))),
        disposed=draw(st.integers(0, gone)),
        refunded=refunded,
        replaced=draw(st.integers(0, accepted - refunded)),
    )


CASES = st.builds(
    CaseFacts,
    permission=st.sampled_from(PermissionState)
    | st.just(PermissionState.APPROVED),  # most of what there is to see comes after approval
    label_issued=st.booleans(),
    in_transit=st.booleans(),
    goods_expected=st.booleans(),
    lines=st.lists(line_counts(), min_size=1, max_size=3).map(tuple),
    refunds=st.lists(st.sampled_from(RefundState), max_size=2).map(tuple),
    replacements=st.lists(st.sampled_from(ReplacementState), max_size=2).map(tuple),
    appealed=st.booleans(),
    upheld=st.booleans(),
    lowered=st.booleans(),
)
