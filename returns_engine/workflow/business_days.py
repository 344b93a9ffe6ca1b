"""Count business days by the merchant's calendar."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# A year of holidays takes milliseconds to work out, and every refund asks about the same few days.
_REMEMBERED = 1024


@lru_cache(maxsize=_REMEMBERED)
def business_days_after(day: date, days: int, country: str) -> date:
    """Return the business day that is `days` after `day` in `country` (ISO 3166, two letters)."""
    # The calendars of all countries take most of a second to read: only who counts pays for it.
    from holidays import country_holidays  # noqa: PLC0415 - see above

    calendar = country_holidays(country)
    counted = day
    while days:
        counted += timedelta(days=1)
        if calendar.is_working_day(counted):
            days -= 1
    return counted


def end_of_business_day(now: datetime, days: int, country: str, zone: ZoneInfo) -> datetime:
    """Return the end, in UTC, of the business day `days` after `now` in the policy's zone."""
    day = business_days_after(now.astimezone(zone).date(), days, country)
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)
