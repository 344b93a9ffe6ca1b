"""Units counted through every step: whatever happens in whatever order, none appears or is lost."""

from hypothesis import given
from hypothesis import strategies as st

from returns_engine.workflow.case_line import COUNTERS, CaseLine

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["receive", "accept", "reject", "send_back", "dispose", "give_up", "reopen"]
        ),
        st.integers(1, 4),
    ),
    max_size=30,
)


def a_line(requested: int) -> CaseLine:
    return CaseLine(
        id=1,
        order_line=1,
        line_id="L1",
        kind="stock",
        reason="changed_mind",
        cause=None,
        resolution="refund",
        goods_expected=True,
        shipping_back=False,
        requested=requested,
        **dict.fromkeys(COUNTERS, 0),
    )


def go(line: CaseLine, step: str, units: int) -> None:
    """Do as much of a step as there are units for, the way the use cases do."""
    match step:
        case "receive":
            line.add("received", min(units, line.outstanding))
        case "accept":
            line.add("accepted", min(units, line.without_verdict))
        case "reject":
            line.add("rejected", min(units, line.without_verdict))
        case "send_back":
            line.add("sent_back", min(units, line.rejected_waiting))
        case "dispose":
            line.add("disposed", min(units, line.rejected_waiting))
        case "give_up":
            line.add("given_up", min(units, line.outstanding))
        case "reopen":
            line.reopen()


class TestUnits:
    @given(requested=st.integers(1, 6), steps=STEPS)
    def test_keep_to_what_the_database_checks_and_never_multiply(self, requested, steps):
        line = a_line(requested)
        for step, units in steps:
            go(line, step, units)

            assert min(getattr(line, name) for name in COUNTERS) >= 0
            assert line.accepted + line.rejected <= line.received
            assert line.sent_back + line.disposed <= line.rejected
            assert line.given_up + line.received <= line.requested
            places = (
                line.outstanding,
                line.without_verdict,
                line.accepted,
                line.rejected_waiting,
                line.sent_back,
                line.disposed,
                line.given_up,
            )
            assert sum(places) == requested

    @given(requested=st.integers(1, 6), steps=STEPS)
    def test_that_are_reopened_wait_for_a_verdict_or_come_again(self, requested, steps):
        line = a_line(requested)
        for step, units in steps:
            go(line, step, units)
        waiting, outstanding, accepted = line.without_verdict, line.outstanding, line.accepted
        here, sent = line.reopen()

        assert line.without_verdict == waiting + here
        assert line.outstanding == outstanding + sent
        assert line.accepted == accepted
        assert line.rejected == line.disposed
        assert line.reopen() == (0, 0)
