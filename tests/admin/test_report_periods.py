"""The days of a report: what an address names, and when a day begins."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from admin.reports.period import Period, period_of, usual_periods

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 30, 2, 0, tzinfo=UTC)


def days(first: str, last: str, zone: ZoneInfo = NEW_YORK) -> Period:
    return Period(first=date.fromisoformat(first), last=date.fromisoformat(last), zone=zone)


class TestADay:
    @pytest.mark.parametrize(
        ("day", "begins", "hours"),
        [
            ("2026-03-07", "2026-03-07T05:00:00+00:00", 24),
            ("2026-03-08", "2026-03-08T05:00:00+00:00", 23),
            ("2026-03-09", "2026-03-09T04:00:00+00:00", 24),
            ("2026-11-01", "2026-11-01T04:00:00+00:00", 25),
        ],
    )
    def test_begins_at_midnight_in_the_zone_and_is_as_long_as_it_is_there(
        self, day: str, begins: str, hours: int
    ):
        period = days(day, day)

        assert period.since.isoformat() == begins
        assert period.before - period.since == timedelta(hours=hours)

    def test_begins_where_the_clocks_leave_midnight_out_when_they_go_on(self):
        period = days("2026-04-24", "2026-04-24", ZoneInfo("Africa/Cairo"))

        assert period.since.isoformat() == "2026-04-23T22:00:00+00:00"
        assert period.before - period.since == timedelta(hours=23)


class TestAPeriod:
    def test_is_the_last_thirty_days_of_the_zone_where_none_is_named(self):
        # At two in the morning of the 30th by UTC it is still the 29th in New York.
        period = period_of({}, now=NOW, zone=NEW_YORK)

        assert period == days("2026-02-28", "2026-03-29")

    def test_is_what_the_address_names_both_days_included(self):
        asked = {"from": "2026-03-01", "to": "2026-03-01"}

        assert period_of(asked, now=NOW, zone=NEW_YORK) == days("2026-03-01", "2026-03-01")

    @pytest.mark.parametrize(
        ("first", "last"),
        [
            ("2026-03-02", "2026-03-01"),
            ("2026-03-01", ""),
            ("", "2026-03-01"),
            ("2026-02-30", "2026-03-01"),
            ("yesterday", "today"),
            ("0001-01-01", "2026-03-01"),
            ("2026-03-01", "9999-12-31"),
            ("２０２６-03-01", "2026-03-01\x00"),
        ],
    )
    def test_is_none_where_the_address_names_no_days(self, first: str, last: str):
        assert period_of({"from": first, "to": last}, now=NOW, zone=NEW_YORK) is None

    @pytest.mark.parametrize(
        ("first", "last", "step", "first_step", "count"),
        [
            ("2026-03-01", "2026-03-31", "day", "2026-03-01", 31),
            ("2026-03-01", "2026-04-01", "week", "2026-02-23", 6),
            ("2025-11-15", "2026-11-15", "month", "2025-11-01", 13),
            ("2024-02-29", "2024-02-29", "day", "2024-02-29", 1),
        ],
    )
    def test_is_divided_by_days_weeks_or_months(
        self, first: str, last: str, step: str, first_step: str, count: int
    ):
        period = days(first, last)

        assert period.step == step
        steps = list(period.steps(period.step))
        assert (steps[0].isoformat(), len(steps)) == (first_step, count)
        assert steps[-1] <= period.last

    def test_is_one_press_away_where_it_is_a_usual_one(self):
        january = datetime(2027, 1, 1, 5, 0, tzinfo=UTC)
        found = {one.name: one.period for one in usual_periods(january, NEW_YORK)}

        assert found["This month"] == days("2027-01-01", "2027-01-01")
        assert found["Last month"] == days("2026-12-01", "2026-12-31")
        assert found["This year"] == days("2027-01-01", "2027-01-01")
        assert found["12 months"].first == date(2026, 1, 2)
