"""The period of a report: days of the merchant's zone, and the moments where they begin."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from returns_engine.texts.words import mark

_DAY = timedelta(days=1)
_BY_DAY, _BY_WEEK = 31, 183
_WORD = "days"
_EARLIEST, _LATEST = date(2000, 1, 1), date(2099, 12, 31)

STEPS: Mapping[str, str] = {
    "day": mark("Day"),
    "week": mark("Week from"),
    "month": mark("Month from"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days from `first` to `last`, both included, as the clocks of `zone` count them."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def since(self) -> datetime:
        """Return the moment the first day begins; in UTC."""
        return self._begin(self.first)

    @property
    def before(self) -> datetime:
        """Return the moment after the last day; in UTC."""
        return self._begin(self.last + _DAY)

    @property
    def days(self) -> int:
        """Return how many days it has."""
        return (self.last - self.first).days + 1

    @property
    def step(self) -> str:
        """Return by what the period is divided: day, week or month."""
        return "day" if self.days <= _BY_DAY else "week" if self.days <= _BY_WEEK else "month"

    def steps(self, step: str) -> Iterator[date]:
        """Give the first day of each step; a week or month may begin before the period."""
        at = self.first
        if step == "week":
            at -= timedelta(days=at.weekday())
        elif step == "month":
            at = at.replace(day=1)
        while at <= self.last:
            yield at
            at = _after(at, step)

    @property
    def address(self) -> str:
        """Return the period as it stands in an address."""
        return urlencode({"from": self.first.isoformat(), "to": self.last.isoformat()})

    def _begin(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualPeriod:
    """A period that is one press away; `word` names it in an address beside its days.

    On some days two of them are the same days.
    """

    word: str
    name: str
    period: Period

    @property
    def address(self) -> str:
        """Return it as it stands in an address."""
        return f"{self.period.address}&{urlencode({_WORD: self.word})}"


def _after(at: date, step: str) -> date:
    if step == "month":
        return (at + timedelta(days=31)).replace(day=1)
    return at + (_DAY if step == "day" else timedelta(days=7))


def period_of(asked: Mapping[str, str], *, now: datetime, zone: ZoneInfo) -> Period | None:
    """Return the period that an address names, the usual one where it names none.

    None where what it names is no period: no day, or the first after the last.
    """
    if not asked.get("from") and not asked.get("to"):
        return usual_period(now, zone)
    try:
        first, last = (date.fromisoformat(asked.get(name, "")) for name in ("from", "to"))
    except ValueError:
        return None
    if not _EARLIEST <= first <= last <= _LATEST:
        return None
    return Period(first=first, last=last, zone=zone)


def usual_period(now: datetime, zone: ZoneInfo) -> Period:
    """Return the last thirty days, today included."""
    return _recent(30, now.astimezone(zone).date(), zone)


def usual_periods(now: datetime, zone: ZoneInfo) -> list[UsualPeriod]:
    """Return the periods that are one press away."""
    today = now.astimezone(zone).date()
    month = today.replace(day=1)
    month_before = (month - _DAY).replace(day=1)
    year = today.replace(month=1, day=1)
    known = {
        "30-days": (mark("30 days"), usual_period(now, zone)),
        "90-days": (mark("90 days"), _recent(90, today, zone)),
        "12-months": (mark("12 months"), _recent(365, today, zone)),
        "this-month": (mark("This month"), Period(first=month, last=today, zone=zone)),
        "last-month": (
            mark("Last month"),
            Period(first=month_before, last=month - _DAY, zone=zone),
        ),
        "this-year": (mark("This year"), Period(first=year, last=today, zone=zone)),
    }
    return [
        UsualPeriod(word=word, name=name, period=period) for word, (name, period) in known.items()
    ]


def the_usual_one(
    asked: Mapping[str, str], period: Period, usual: Sequence[UsualPeriod]
) -> UsualPeriod | None:
    """Return which of the usual periods `period` is; of two the one that the address names."""
    alike = [one for one in usual if one.period == period]
    named = [one for one in alike if one.word == asked.get(_WORD)]
    return next(iter(named or alike), None)


def _recent(days: int, today: date, zone: ZoneInfo) -> Period:
    return Period(first=today - timedelta(days=days - 1), last=today, zone=zone)
