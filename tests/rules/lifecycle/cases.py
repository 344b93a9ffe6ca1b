"""Builders of cases for the tests of the lifecycles."""

from dataclasses import replace

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


@st.composite
def kept_counts(draw):
    """Draw counters of a line that no parcel brings: the customer keeps its units."""
    requested = draw(st.integers(1, 4))
    given_up = draw(st.integers(0, requested))
    refunded = draw(st.integers(0, requested - given_up))
    return LineCounts(
        requested=requested,
        given_up=given_up,
        refunded=refunded,
        replaced=draw(st.integers(0, requested - given_up - refunded)),
        goods_expected=False,
    )


def _as_stored(case):
    """A return expects goods where one of its lines does."""
    return replace(case, goods_expected=any(line.goods_expected for line in case.lines))


CASES = st.builds(
    CaseFacts,
    permission=st.sampled_from(PermissionState)
    | st.just(PermissionState.APPROVED),  # most of what there is to see comes after approval
    label_issued=st.booleans(),
    in_transit=st.booleans(),
    goods_expected=st.just(value=True),
    lines=st.lists(line_counts() | kept_counts(), min_size=1, max_size=3).map(tuple),
    refunds=st.lists(st.sampled_from(RefundState), max_size=2).map(tuple),
    replacements=st.lists(st.sampled_from(ReplacementState), max_size=2).map(tuple),
    appealed=st.booleans(),
    upheld=st.booleans(),
    lowered=st.booleans(),
).map(_as_stored)
