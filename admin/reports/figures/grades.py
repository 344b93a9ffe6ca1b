"""In what state goods come back."""

from admin.reports.report import Basis, Chart, Column, Kind, Report, Shape
from admin.words import GRADES as NAMES
from returns_engine.rules.words import Role
from returns_engine.texts.words import mark

_SQL = """
SELECT step, grade, units, accepted,
       round(1000.0 * units / sum(units) OVER (PARTITION BY step))::int AS share
FROM (
    SELECT date_trunc({step}::text, s.inspected_at AT TIME ZONE {zone}::text)::date AS step,
           i.grade,
           sum(i.quantity - i.superseded)::bigint AS units,
           COALESCE(sum(i.quantity - i.superseded) FILTER (WHERE i.verdict = 'accepted'), 0)::bigint
               AS accepted
    FROM inspections s JOIN inspection_lines i ON i.inspection = s.id
    WHERE s.inspected_at >= {since} AND s.inspected_at < {before} AND i.quantity > i.superseded
    GROUP BY 1, 2
) AS counted
ORDER BY step, grade
"""

GRADES = Report(
    slug="grades",
    name=mark("Grades"),
    meaning=mark(
        "Units that the bench graded in these days, by grade, and how many of them it accepted."
        " A verdict that an appeal set aside does not count; the new one does, on its own day."
    ),
    basis=Basis.INSPECTION,
    roles=frozenset({Role.WAREHOUSE}),
    sql=_SQL,
    columns=(
        Column(name="step", title=mark("From"), kind=Kind.DAY),
        Column(name="grade", title=mark("Grade"), words=NAMES),
        Column(name="units", title=mark("Units"), kind=Kind.COUNT),
        Column(name="share", title=mark("Of all units"), kind=Kind.SHARE),
        Column(name="accepted", title=mark("Accepted"), kind=Kind.COUNT),
    ),
    chart=Chart(shape=Shape.STACKED, label="step", values=("units",), series="grade"),
    empty=mark("Nothing was inspected in these days."),
)
