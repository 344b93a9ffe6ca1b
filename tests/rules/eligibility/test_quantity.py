from tests.rules.eligibility.cases import (
    a_line,
    a_parcel,
    an_order,
    answers,
    asking,
    decided,
    given,
    taken,
    the_line,
    the_rule,
)

PASSES = ("pass", "quantity_ok")
FAILS = ("fail", "exceeds_returnable")


def quantity(*args, **kwargs):
    return answers(the_line(*args, **kwargs))["quantity"]


class TestQuantity:
    def test_lets_all_that_was_shipped_come_back(self):
        assert quantity(an_order(), asking(quantity=2)) == PASSES

    def test_refuses_more_than_was_shipped(self):
        line = the_line(an_order(), asking(quantity=3))

        assert answers(line)["quantity"] == FAILS
        assert the_rule(line, "quantity").clause == "order.quantity"
        assert line.verdict == "ineligible"

    def test_takes_what_there_is_where_too_much_is_asked_for(self):
        line = the_line(an_order(), asking(quantity=3))

        assert taken(line) == [("S1", 2)]
        assert answers(line)["return_window"] == ("pass", "within_return_window")

    def test_counts_units_shipped_and_not_units_ordered(self):
        order = an_order(a_line(quantity=3), parcels=[a_parcel(L1=1)])

        assert quantity(order, asking(quantity=1)) == PASSES
        assert quantity(order, asking(quantity=2)) == FAILS

    def test_counts_off_what_other_returns_hold(self):
        history = {"L1": given(S1=1)}

        assert quantity(an_order(), asking(quantity=1), history=history) == PASSES
        assert quantity(an_order(), asking(quantity=2), history=history) == FAILS

    def test_does_not_count_off_what_was_cancelled_before_it_was_shipped(self):
        order = an_order(a_line(quantity=3), parcels=[a_parcel(L1=2)])
        history = {"L1": given(cancelled=1)}

        assert quantity(order, asking(quantity=2), history=history) == PASSES

    def test_does_not_give_back_twice_what_was_cancelled_and_shipped_all_the_same(self):
        history = {"L1": given(cancelled=1)}

        assert quantity(an_order(), asking(quantity=2), history=history) == FAILS

    def test_adds_up_the_entries_of_one_line(self):
        decision = decided(an_order(), asking(quantity=1), asking(quantity=2, why="other"))

        assert [answers(line)["quantity"] for line in decision.lines] == [FAILS, FAILS]
        assert decision.refund_estimate is None

    def test_never_takes_a_unit_twice(self):
        parcels = [a_parcel("S1", L1=1), a_parcel("S2", delivered="2026-03-10T12:00", L1=1)]
        first, second = decided(an_order(parcels=parcels), asking(), asking(why="other")).lines

        assert taken(first) == [("S2", 1)]
        assert taken(second) == [("S1", 1)]
        assert first.window.day < second.window.day

    def test_still_tells_the_window_of_units_that_are_all_gone(self):
        line = the_line(an_order(), asking(), history={"L1": given(S1=2)})

        assert answers(line)["quantity"] == FAILS
        assert answers(line)["return_window"] == ("pass", "within_return_window")
        assert taken(line) == []

    def test_survives_a_quantity_beyond_reason(self):
        assert quantity(an_order(), asking(quantity=10**18)) == FAILS
