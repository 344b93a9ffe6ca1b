from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from returns_engine.texts.localized import Texts, texts_in

NEW_YORK = ZoneInfo("America/New_York")
LATE_IN_THE_EVENING = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)


@pytest.fixture
def english() -> Texts:
    return texts_in("en")


class TestMoney:
    @pytest.mark.parametrize(
        ("amount", "currency", "text"),
        [
            (13534, "USD", "$135.34"),
            (13500, "USD", "$135.00"),
            (-500, "USD", "-$5.00"),
            (1000, "JPY", "¥1,000"),
            (1, "EUR", "€0.01"),
            (690000, "ISK", "ISK\u00a06,900"),
            (-500, "CAD", "-CA$5.00"),
        ],
    )
    def test_is_written_as_people_read_it(self, english, amount, currency, text):
        assert english.money(amount, currency) == text

    def test_keeps_three_decimals_where_the_currency_has_them(self, english):
        assert english.money(1234, "KWD") == "KWD\u00a01.234"


class TestDates:
    def test_are_those_of_the_zone(self, english):
        assert english.day(LATE_IN_THE_EVENING, NEW_YORK) == "March 1, 2026"

    def test_a_plain_day_is_the_same_everywhere(self, english):
        assert english.day(date(2026, 3, 31), NEW_YORK) == "March 31, 2026"

    def test_a_moment_has_its_time(self, english):
        # The language puts a narrow space that does not break before AM and PM.
        assert english.moment(LATE_IN_THE_EVENING, NEW_YORK) == "Mar 1, 2026, 11:30\u202fPM EST"

    @pytest.mark.parametrize(
        ("language", "zone", "named"),
        [
            ("en", "America/New_York", "EDT"),
            ("es", "America/New_York", "EDT"),
            ("en", "America/Los_Angeles", "PDT"),
            ("en", "UTC", "UTC"),
            ("en", "Europe/Berlin", "GMT+02:00"),
            ("es", "Europe/Berlin", "GMT+02:00"),
        ],
    )
    def test_a_moment_names_its_zone_shortly(self, language, zone, named):
        summer = datetime(2026, 7, 1, 12, tzinfo=UTC)

        assert Texts(language).moment(summer, ZoneInfo(zone)).endswith(f" {named}")


class TestTexts:
    def test_values_are_filled_in(self, english):
        assert english.gettext("Order %(number)s", number="EKR-1001") == "Order EKR-1001"

    def test_one_and_many_differ(self, english):
        assert english.ngettext("%(n)s item", "%(n)s items", 1) == "1 item"
        assert english.ngettext("%(n)s item", "%(n)s items", 2) == "2 items"
