"""What customers said was wrong, against what the bench found."""

from admin.reports.report import Basis, Chart, Column, Kind, Report, Shape
from admin.words import FOUND_CAUSES
from admin.words import REASONS as DECLARED
from returns_engine.rules.words import Role
from returns_engine.texts.words import mark

_SQL = """
SELECT declared, found, units,
       round(1000.0 * units / sum(units) OVER (PARTITION BY declared))::int AS share
FROM (
    SELECT COALESCE(l.reason, l.cause) AS declared, i.found_cause AS found,
           sum(i.quantity - i.superseded)::bigint AS units
    FROM returns r JOIN return_lines l ON l.return_id = r.id
    JOIN inspection_lines i ON i.return_line = l.id
    WHERE r.requested_at >= {since} AND r.requested_at < {before} AND i.quantity > i.superseded
    GROUP BY 1, 2
) AS counted
ORDER BY sum(units) OVER (PARTITION BY declared) DESC, declared, units DESC, found
"""

CAUSES = Report(
    slug="causes",
    name=mark("Reasons declared, causes found"),
    meaning=mark(
        "Units of the returns requested in these days that the bench has inspected: by the reason"
        " the customer gave, and by the cause the bench found. The share is of the units with that"
        " reason; a verdict that an appeal set aside does not count."
    ),
    basis=Basis.REQUEST,
    roles=frozenset({Role.SUPPORT}),
    sql=_SQL,
    columns=(
        Column(name="declared", title=mark("Declared"), words=DECLARED),
        Column(
            name="found",
            title=mark("Found"),
            words=FOUND_CAUSES,
            none=mark("No cause named"),
        ),
        Column(name="units", title=mark("Units"), kind=Kind.COUNT),
        Column(name="share", title=mark("Of this reason"), kind=Kind.SHARE),
    ),
    chart=Chart(shape=Shape.STACKED, label="declared", values=("units",), series="found"),
    empty=mark("Nothing of what was requested in these days was inspected yet."),
)
