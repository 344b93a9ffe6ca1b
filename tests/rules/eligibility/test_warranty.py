import pytest

from returns_engine.rules.words import HUMAN_DAMAGE
from tests.rules.eligibility.cases import (
    a_line,
    a_parcel,
    an_order,
    answers,
    asking,
    days,
    decided,
    the_line,
    the_rule,
)

COVER = a_line(kind="custom")


def claim(
    why="seam_failure",
    *,
    line=COVER,
    delivered="2026-03-01T12:00",
    evidence="carrier_scan",
    as_of="2027-06-01T12:00",
    photos=1,
):
    order = an_order(line, parcels=[a_parcel(delivered=delivered, evidence=evidence)])
    return the_line(order, asking(why=why, photos=photos), kind="warranty", as_of=as_of)


def answer(line):
    return answers(line)["warranty"]


class TestWarranty:
    def test_replaces_a_custom_seat_cover_that_failed_by_itself(self):
        line = claim()

        assert answer(line) == ("pass", "within_warranty")
        assert line.verdict == "eligible"
        assert line.resolutions == ("replacement",)
        assert line.photos_required

    def test_shows_its_window_without_a_number_of_days(self):
        window = claim().window

        assert days(window) == ("2026-03-01", "2028-03-01")
        assert window.of is None
        assert window.day == 457

    def test_promises_no_money(self):
        decision = decided(an_order(COVER), asking(why="fading", photos=1), kind="warranty")

        assert decision.verdict == "eligible"
        assert decision.refund_estimate is None

    def test_lasts_to_the_end_of_the_same_date_two_years_on(self):
        assert answer(claim(as_of="2028-03-01T23:59:59")) == ("pass", "within_warranty")
        assert answer(claim(as_of="2028-03-02T00:00:00")) == ("fail", "warranty_expired")

    def test_ends_on_the_28th_for_a_delivery_on_a_leap_day(self):
        in_time = claim(delivered="2028-02-29T12:00", as_of="2030-02-28T23:59")
        too_late = claim(delivered="2028-02-29T12:00", as_of="2030-03-01T00:00")

        assert days(in_time.window) == ("2028-02-29", "2030-02-28")
        assert answer(in_time) == ("pass", "within_warranty")
        assert answer(too_late) == ("fail", "warranty_expired")

    def test_is_looked_at_when_only_an_estimate_says_that_it_expired(self):
        line = claim(evidence="estimate", as_of="2029-01-01T12:00")

        assert answer(line) == ("review", "warranty_expired")
        assert line.verdict == "needs_review"

    def test_is_looked_at_when_the_delivery_is_unknown(self):
        line = claim(delivered=None, as_of="2035-01-01T12:00")

        assert answer(line) == ("review", "delivery_unknown")
        assert line.window is None

    @pytest.mark.parametrize("cause", sorted(HUMAN_DAMAGE))
    def test_does_not_cover_what_people_did(self, cause):
        line = claim(cause)

        assert answer(line) == ("fail", "human_damage")
        assert the_rule(line, "warranty").clause == "warranty.causes"

    def test_leaves_an_unclear_cause_to_a_person(self):
        line = claim("unclear")

        assert answer(line) == ("review", "cause_unclear")
        assert the_rule(line, "warranty").clause == "warranty.unclear"

    @pytest.mark.parametrize(
        "cause", ["seam_failure", "material_failure", "fading", "fastener_failure"]
    )
    def test_covers_what_fails_by_itself(self, cause):
        assert answer(claim(cause)) == ("pass", "within_warranty")

    def test_looks_at_stock_without_promising_anything(self):
        line = claim(line=a_line(kind="stock"))

        assert answer(line) == ("review", "not_covered")
        assert the_rule(line, "warranty").clause == "warranty.not_covered"
        assert line.verdict == "needs_review"

    @pytest.mark.parametrize(
        "line",
        [
            a_line(kind="custom", category="accessory"),
            a_line(kind="personalized"),
            a_line(kind="special_order"),
            a_line(kind="gift_card"),
        ],
    )
    def test_refuses_what_it_does_not_cover(self, line):
        assert answer(claim(line=line)) == ("fail", "not_covered")

    def test_speaks_in_the_contracts_order_of_codes(self):
        assert answer(claim("spill", line=a_line())) == ("review", "not_covered")
        assert answer(claim("spill", delivered=None)) == ("review", "delivery_unknown")
        assert answer(claim("spill", as_of="2030-01-01T12:00")) == ("fail", "warranty_expired")

    def test_needs_photos(self):
        line = claim(photos=0)

        assert answers(line)["photos"] == ("review", "photos_required")
        assert line.verdict == "needs_review"

    def test_counts_units_that_are_in_other_returns(self):
        line = the_line(an_order(COVER), asking(why="fading", quantity=3), kind="warranty")

        assert answers(line)["quantity"] == ("fail", "exceeds_returnable")

    def test_has_nothing_to_say_of_a_return(self):
        assert answer(the_line(an_order(COVER))) == ("not_applicable", "not_applicable")


class TestWarrantyInstead:
    def late(self, *, line=COVER, as_of="2026-06-01T12:00", parcels=None, quantity=1, why="other"):
        order = an_order(line, parcels=parcels)
        return the_line(order, asking(why=why, quantity=quantity, photos=1), as_of=as_of)

    def offered(self, line):
        return [(other.kind, other.last_day.isoformat()) for other in line.alternatives]

    def test_is_offered_where_the_return_is_late_and_the_cover_still_covered(self):
        line = self.late(why="defective")

        assert answers(line)["return_window"] == ("fail", "return_window_closed")
        assert self.offered(line) == [("warranty", "2028-03-01")]

    def test_is_offered_until_its_last_day(self):
        assert self.offered(self.late(as_of="2028-03-01T23:59"))
        assert not self.offered(self.late(as_of="2028-03-02T00:00"))

    def test_is_not_offered_for_stock(self):
        assert not self.offered(self.late(line=a_line()))

    def test_is_not_offered_while_the_window_is_open(self):
        assert not self.offered(self.late(as_of="2026-03-15T12:00"))

    def test_names_the_day_of_the_late_unit_that_ends_first(self):
        parcels = [
            a_parcel("S1", delivered="2026-01-10T12:00", L1=1),
            a_parcel("S2", delivered="2026-02-10T12:00", L1=1),
        ]

        assert self.offered(self.late(parcels=parcels)) == [("warranty", "2028-02-10")]
        assert self.offered(self.late(parcels=parcels, quantity=2)) == [("warranty", "2028-01-10")]
