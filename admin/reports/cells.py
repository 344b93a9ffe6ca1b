"""The rows of a report as text for a spreadsheet, as words for people, and as a chart."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from admin.reports.period import Period
from admin.reports.report import Column, Kind, Report
from returns_engine.rules.money.money import decimal_text

Row = Mapping[str, Any]
Translate = Callable[[str], str]
_HOUR = 3600


def plain(column: Column, row: Row) -> str:
    """Return a value for a spreadsheet: a code as it is, a decimal point, nothing for NULL."""
    value = row[column.name]
    if value is None:
        return ""
    match column.kind:
        case Kind.MONEY:
            return decimal_text(value, row["currency"])
        case Kind.SHARE:
            return _tenths(value)
        case Kind.HOURS:
            return _tenths(round(value * 10 / _HOUR))
        case _:
            return str(value)


def file_rows(report: Report, rows: Iterable[Row]) -> Iterator[list[str]]:
    """Give the report as rows of text, the names of its columns first."""
    yield [column.name for column in report.columns]
    for row in rows:
        yield [plain(column, row) for column in report.columns]


def word(column: Column, row: Row, translate: Translate) -> str:
    """Return what people read of a text column."""
    value = row[column.name]
    if value is None:
        return translate(column.none)
    known = column.words.get(value) if column.words else None
    return translate(known) if known else str(value)


def charts(
    report: Report, rows: Sequence[Row], period: Period, translate: Translate
) -> list[dict[str, Any]]:
    """Return what Chart.js is to draw: one chart, or one for each currency.

    Each has `labels`, `series` (name and values), `shape`, `unit` and `currency`. A step of the
    period that no row is of counts as nothing.
    """
    money = any(report.column(name).kind is Kind.MONEY for name in report.chart.values)
    if not money:
        return [_chart(report, rows, period, translate, None)]
    return [
        _chart(report, [row for row in rows if row["currency"] == one], period, translate, one)
        for one in dict.fromkeys(row["currency"] for row in rows)
    ]


def _chart(
    report: Report, rows: Sequence[Row], period: Period, translate: Translate, currency: str | None
) -> dict[str, Any]:
    chart = report.chart
    label = report.column(chart.label)
    by_step, step = label.kind is Kind.DAY, report.step or period.step
    places = (
        list(period.steps(step)) if by_step else list(dict.fromkeys(r[label.name] for r in rows))
    )
    named = {row[label.name]: word(label, row, translate) for row in rows if not by_step}
    series = []
    for name in chart.values:
        column = report.column(name)
        for value in _parts(report, rows):
            mine = [row for row in rows if not chart.series or row[chart.series] == value]
            found = {row[label.name]: row for row in mine}
            title = translate(column.title)
            if chart.series and found:
                split = report.column(chart.series)
                title = word(split, next(iter(found.values())), translate)
            numbers = [_number(column, found.get(place), by_step=by_step) for place in places]
            series.append({"name": title, "values": numbers})
    first = report.column(chart.values[0]).kind
    return {
        "shape": str(chart.shape),
        "unit": str(first),
        "currency": currency,
        "labels": [_day(one, step) for one in places] if by_step else list(named.values()),
        "series": series,
    }


def _parts(report: Report, rows: Sequence[Row]) -> list[Any]:
    if report.chart.series is None:
        return [None]
    return list(dict.fromkeys(row[report.chart.series] for row in rows))


def _number(column: Column, row: Row | None, *, by_step: bool) -> float | None:
    if row is None or row[column.name] is None:
        absent = column.kind in {Kind.SHARE, Kind.HOURS}
        return None if absent or not by_step else 0
    # A picture: nobody adds these up.
    return float(plain(column, row))


def _day(day: date, step: str) -> str:
    return f"{day:%Y-%m}" if step == "month" else day.isoformat()


def _tenths(value: int) -> str:
    """Return a tenth of a whole number, as text: 125 is `12.5`."""
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 10}.{abs(value) % 10}"
