import pytest

from tests.rules.eligibility.cases import (
    a_line,
    a_parcel,
    an_order,
    answers,
    asking,
    days,
    given,
    taken,
    the_line,
    the_rule,
)


def window_of(as_of, delivered="2026-03-01T23:30", evidence="carrier_scan", **asked):
    order = an_order(parcels=[a_parcel(delivered=delivered, evidence=evidence)])
    return the_line(order, asking(**asked), as_of=as_of)


def answer(line):
    return answers(line)["return_window"]


class TestReturnWindow:
    def test_counts_the_day_of_delivery_as_day_zero(self):
        line = window_of("2026-03-01T23:45")

        assert (line.window.day, line.window.of) == (0, 30)
        assert days(line.window) == ("2026-03-01", "2026-03-31")

    def test_is_open_on_the_whole_of_day_thirty(self):
        line = window_of("2026-03-31T23:59:59.999999")

        assert answer(line) == ("pass", "within_return_window")
        assert line.window.day == 30

    def test_is_closed_from_the_midnight_after_day_thirty(self):
        line = window_of("2026-04-01T00:00")

        assert answer(line) == ("fail", "return_window_closed")
        assert line.verdict == "ineligible"
        assert line.window.day == 31

    def test_says_when_it_was_delivered_and_how_we_know(self):
        finding = the_rule(window_of("2026-04-15T12:00"), "return_window")

        assert finding.clause == "return.window"
        assert finding.because == (
            "Delivered 1 March 2026 (carrier scan); the last day was 31 March 2026."
        )

    def test_goes_by_the_local_date_and_not_by_the_date_in_utc(self):
        # 04:30 in UTC is still the evening before in New York.
        line = window_of("2026-04-01T03:59:59Z", delivered="2026-03-02T04:30:00Z")

        assert days(line.window) == ("2026-03-01", "2026-03-31")
        assert answer(line) == ("pass", "within_return_window")

    @pytest.mark.parametrize(
        ("delivered", "last_moment", "too_late"),
        [
            # Clocks go forward on 8 March 2026: the window has an hour less, and 30 whole days.
            ("2026-02-20T12:00", "2026-03-23T03:59:59Z", "2026-03-23T04:00:00Z"),
            # Clocks go back on 1 November 2026: it has an hour more.
            ("2026-10-15T12:00", "2026-11-15T04:59:59Z", "2026-11-15T05:00:00Z"),
        ],
    )
    def test_ends_at_local_midnight_when_the_clocks_change(self, delivered, last_moment, too_late):
        assert answer(window_of(last_moment, delivered)) == ("pass", "within_return_window")
        assert answer(window_of(too_late, delivered)) == ("fail", "return_window_closed")

    def test_counts_the_leap_day(self):
        assert window_of("2028-03-01T12:00", "2028-02-28T12:00").window.day == 2
        assert window_of("2026-03-01T12:00", "2026-02-28T12:00").window.day == 1

    @pytest.mark.parametrize("reason", ["changed_mind", "defective", "late", "other"])
    def test_binds_every_reason(self, reason):
        assert answer(window_of("2026-04-01T00:00", why=reason))[0] == "fail"

    def test_does_not_speak_of_anything_but_returns(self):
        for kind, why in [("warranty", "unclear"), ("delivery_problem", "late")]:
            line = the_line(an_order(a_line(kind="custom")), asking(why=why), kind=kind)
            assert answer(line) == ("not_applicable", "not_applicable")


class TestUnknownDelivery:
    def test_never_refuses_for_lateness_when_nobody_knows_when_it_was_delivered(self):
        line = window_of("2029-01-01T00:00", delivered=None, evidence=None)

        assert answer(line) == ("review", "delivery_unknown")
        assert the_rule(line, "return_window").clause == "return.window.unknown"
        assert line.window is None
        assert line.verdict == "needs_review"

    def test_counts_a_delivery_that_is_yet_to_come_as_unknown(self):
        line = window_of("2026-03-01T23:29:59")

        assert answer(line) == ("review", "delivery_unknown")
        assert line.window is None
        assert the_rule(line, "return_window").because == (
            "The delivery date we have, 1 March 2026, is yet to come."
        )

    def test_knows_a_delivery_from_its_very_moment(self):
        assert answer(window_of("2026-03-01T23:30")) == ("pass", "within_return_window")

    def test_takes_evidence_without_a_date_for_nothing(self):
        assert answer(window_of("2026-03-30T08:00", delivered=None)) == (
            "review",
            "delivery_unknown",
        )


class TestEstimatedDelivery:
    @pytest.mark.parametrize("evidence", ["estimate", None])
    def test_starts_the_window(self, evidence):
        line = window_of("2026-03-30T08:00", evidence=evidence)

        assert answer(line) == ("pass", "within_return_window")
        assert line.window.evidence == "estimate"

    @pytest.mark.parametrize("evidence", ["estimate", None])
    def test_is_looked_at_and_not_refused_when_it_makes_the_return_late(self, evidence):
        line = window_of("2026-05-01T08:00", evidence=evidence)

        assert answer(line) == ("review", "return_window_closed")
        assert line.verdict == "needs_review"
        assert line.window.day == 61

    def test_refuses_when_the_customer_said_so(self):
        line = window_of("2026-05-01T08:00", evidence="customer_statement")

        assert answer(line) == ("fail", "return_window_closed")
        assert "(customer statement)" in the_rule(line, "return_window").because


LATE = a_parcel("LATE", delivered="2026-02-01T12:00", L1=1)
LATER = a_parcel("LATER", delivered="2026-01-15T12:00", L1=1)
GUESSED = a_parcel("GUESSED", delivered="2026-01-01T12:00", evidence="estimate", L1=1)
UNKNOWN = a_parcel("UNKNOWN", delivered=None, L1=1)
OLD = a_parcel("OLD", delivered="2026-03-05T12:00", L1=1)
NEW = a_parcel("NEW", delivered="2026-03-20T12:00", L1=1)


class TestTwoParcels:
    def parcels(self, *parcels, quantity=1, history=None):
        order = an_order(a_line(quantity=len(parcels)), parcels=parcels)
        return the_line(order, asking(quantity=quantity), history=history)

    def test_takes_the_unit_whose_window_closes_last(self):
        line = self.parcels(OLD, NEW)

        assert taken(line) == [("NEW", 1)]
        assert days(line.window) == ("2026-03-20", "2026-04-19")

    def test_shows_the_window_that_closes_first_of_those_taken(self):
        line = self.parcels(NEW, OLD, quantity=2)

        assert taken(line) == [("NEW", 1), ("OLD", 1)]
        assert days(line.window) == ("2026-03-05", "2026-04-04")

    def test_takes_open_then_unknown_then_estimated_late_then_late(self):
        line = self.parcels(LATER, GUESSED, LATE, UNKNOWN, OLD, NEW, quantity=6)

        names = [name for name, _ in taken(line)]
        assert names == ["NEW", "OLD", "UNKNOWN", "GUESSED", "LATE", "LATER"]

    def test_does_not_touch_a_late_parcel_while_one_is_open(self):
        line = self.parcels(LATE, OLD)

        assert answer(line) == ("pass", "within_return_window")
        assert line.window.day == 25

    def test_fails_as_soon_as_a_late_unit_must_be_taken(self):
        line = self.parcels(LATE, OLD, quantity=2)

        assert answer(line) == ("fail", "return_window_closed")
        assert answers(line)["quantity"] == ("pass", "quantity_ok")
        assert days(line.window) == ("2026-02-01", "2026-03-03")

    def test_has_no_window_as_soon_as_one_unit_is_of_unknown_delivery(self):
        line = self.parcels(UNKNOWN, OLD, quantity=2)

        assert answer(line) == ("review", "delivery_unknown")
        assert line.window is None

    def test_refuses_the_late_unit_beside_an_unknown_one_without_a_window(self):
        line = self.parcels(UNKNOWN, LATE, quantity=2)

        assert answer(line) == ("fail", "return_window_closed")
        assert line.window is None

    def test_takes_the_unknown_parcel_before_the_late_one(self):
        line = self.parcels(LATE, UNKNOWN)

        assert taken(line) == [("UNKNOWN", 1)]
        assert answer(line) == ("review", "delivery_unknown")

    def test_passes_over_units_that_another_return_holds(self):
        line = self.parcels(OLD, NEW, history={"L1": given(NEW=1)})

        assert taken(line) == [("OLD", 1)]
        assert answers(line)["quantity"] == ("pass", "quantity_ok")

    def test_judges_what_is_left_even_when_it_is_late(self):
        line = self.parcels(LATE, NEW, history={"L1": given(NEW=1)})

        assert answer(line) == ("fail", "return_window_closed")
        assert answers(line)["quantity"] == ("pass", "quantity_ok")
