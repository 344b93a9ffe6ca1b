"""Days as the policy counts them: local dates, midnight to midnight, and how they are written."""

import calendar
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from returns_engine.rules.words import Evidence


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """Return the date on the wall of `zone` at an aware `moment`."""
    return moment.astimezone(zone).date()


def days_later(start: date, days: int) -> date:
    """Return the date `days` after `start`; `start` is day 0 (40)."""
    return start + timedelta(days=days)


def years_later(start: date, years: int) -> date:
    """Return the same calendar date `years` on; 29 February becomes the 28th where it must."""
    year = start.year + years
    if (start.month, start.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 2, 28)
    return start.replace(year=year)


def in_words(day: date) -> str:
    """Write a date as people do: 1 March 2026, in English whatever the machine's language."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def evidence_in_words(evidence: Evidence) -> str:
    """Write how we know of a delivery: carrier scan, customer statement, estimate."""
    return evidence.value.replace("_", " ")


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
