from datetime import UTC, datetime, timedelta

import pytest

from returns_engine.rules.webhooks.retries import (
    MOST_TRIES,
    failing_from,
    is_given_up,
    pause_after,
)

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def pause(tries: int, *, asked: timedelta | None = None, chance: float = 0) -> timedelta | None:
    return pause_after(tries, asked=asked, chance=chance)


class TestThePauses:
    def test_are_those_of_the_specification(self):
        pauses = [pause(tries) for tries in range(1, MOST_TRIES)]

        assert [one.total_seconds() for one in pauses if one] == [
            *(5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
        ]

    def test_end_with_the_tenth_try(self):
        assert MOST_TRIES == 10
        assert pause(10) is None
        assert pause(11) is None

    def test_are_spread_by_up_to_a_tenth(self):
        assert pause(2, chance=1) == timedelta(seconds=330)

    def test_are_longer_where_the_receiver_asks_for_it(self):
        assert pause(1, asked=timedelta(minutes=2)) == timedelta(minutes=2)
        assert pause(3, asked=timedelta(seconds=1)) == timedelta(minutes=30)

    def test_are_a_day_at_most_whatever_the_receiver_asks(self):
        assert pause(1, asked=timedelta(days=400)) == timedelta(hours=24)


class TestAReceiverThatFails:
    def test_is_given_up_after_five_days_of_nothing_else(self):
        assert not is_given_up(NOW - timedelta(days=4, hours=23), NOW)
        assert is_given_up(NOW - timedelta(days=5), NOW)

    def test_has_failed_since_the_first_failure_after_a_success(self):
        before = NOW - timedelta(days=3)

        assert failing_from(None, before, NOW) == NOW
        assert failing_from(before, NOW - timedelta(hours=26), NOW) == before

    @pytest.mark.parametrize("silent", [timedelta(days=3), timedelta(days=90)])
    def test_has_not_failed_while_nothing_was_sent_to_it(self, silent: timedelta):
        last = NOW - silent

        assert failing_from(last - timedelta(days=4), last, NOW) == NOW
