from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from returns_engine.rules.eligibility.warranty_end import warranty_end
from tests.rules.eligibility.cases import (
    EKR,
    NEW_YORK,
    a_line,
    a_parcel,
    an_order,
    answers,
    asking,
    days,
    the_line,
    the_rule,
)

ENDS = date(2027, 5, 1)
REPLACEMENT = a_line(kind="custom", warranty_until=ENDS)
_days = st.dates(date(2026, 3, 2), date(2029, 12, 31))


def claim(line=REPLACEMENT, *, as_of, why="fading", **about):
    order = an_order(line, parcels=[a_parcel(**about)])
    return the_line(order, asking(why=why, photos=1), kind="warranty", as_of=as_of)


def the_end(line, *parcels, of=("S1",)):
    return warranty_end(an_order(line, parcels=parcels or None), line, of, EKR)


class TestAReplacement:
    def test_is_covered_until_the_warranty_of_what_it_replaces_ends(self):
        last = claim(as_of="2027-05-01T23:59:59")
        late = claim(as_of="2027-05-02T00:00")

        assert answers(last)["warranty"] == ("pass", "within_warranty")
        assert days(last.window) == ("2026-03-01", "2027-05-01")
        assert answers(late)["warranty"] == ("fail", "warranty_expired")
        assert "what it replaces ended with 1 May 2027" in the_rule(late, "warranty").because

    @given(_days, _days)
    def test_ends_with_that_day_whenever_it_came_itself(self, today, delivered):
        moment = datetime(delivered.year, delivered.month, delivered.day, 12, tzinfo=NEW_YORK)
        asked_on = max(today, delivered + timedelta(days=1))
        line = claim(delivered=moment.isoformat(), as_of=f"{asked_on.isoformat()}T12:00")

        expected = "pass" if asked_on <= ENDS else "fail"
        assert answers(line)["warranty"][0] == expected

    def test_whose_own_delivery_is_unknown_is_looked_at(self):
        line = claim(as_of="2030-01-01T12:00", delivered=None)

        assert answers(line)["warranty"] == ("review", "delivery_unknown")

    def test_can_be_returned_in_the_window_of_its_own_delivery(self):
        order = an_order(REPLACEMENT, parcels=[a_parcel(delivered="2027-06-01T12:00")])
        line = the_line(order, asking(why="defective", photos=1), as_of="2027-06-20T12:00")

        assert answers(line)["return_window"] == ("pass", "within_return_window")

    def test_that_comes_back_late_has_the_warranty_it_inherited(self):
        order = an_order(REPLACEMENT)
        line = the_line(order, asking(why="other"), as_of="2026-06-01T12:00")

        assert [other.last_day for other in line.alternatives] == [ENDS]


class TestTheEndOfAWarranty:
    def test_is_two_years_after_the_delivery_of_the_unit(self):
        assert the_end(a_line(kind="custom")) == date(2028, 3, 1)

    def test_is_that_of_the_last_of_several_parcels(self):
        line = a_line(kind="custom")
        parcels = [
            a_parcel("S1", delivered="2026-01-10T12:00", L1=1),
            a_parcel("S2", delivered="2026-02-10T12:00", L1=1),
        ]

        assert the_end(line, *parcels, of=("S1", "S2")) == date(2028, 2, 10)
        assert the_end(line, *parcels, of=("S1",)) == date(2028, 1, 10)

    def test_is_handed_on_from_replacement_to_replacement(self):
        assert the_end(REPLACEMENT) == ENDS

    def test_is_not_known_where_a_delivery_is_not(self):
        assert the_end(a_line(kind="custom"), a_parcel(delivered=None)) is None

    def test_is_nothing_where_there_is_no_warranty(self):
        assert the_end(a_line(kind="stock")) is None
