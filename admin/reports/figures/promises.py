"""Whether we did in time what we promised."""

from admin.reports.report import Basis, Chart, Column, Kind, Report, Shape
from admin.words import PROMISES as NAMES
from returns_engine.texts.words import mark

_SQL = """
SELECT what, in_time, late, broken, released, still_open,
       round(1000.0 * in_time / NULLIF(in_time + late + broken, 0))::int AS share
FROM (
    SELECT what, count(*) FILTER (WHERE kept_at <= due) AS in_time,
           count(*) FILTER (WHERE kept_at > due) AS late,
           count(*) FILTER (WHERE kept_at IS NULL AND released_at IS NULL AND due <= {now})
               AS broken,
           count(*) FILTER (WHERE kept_at IS NULL AND released_at IS NOT NULL) AS released,
           count(*) FILTER (WHERE kept_at IS NULL AND released_at IS NULL AND due > {now})
               AS still_open
    FROM promises WHERE due >= {since} AND due < {before} GROUP BY what
) AS counted
ORDER BY what
"""

PROMISES = Report(
    slug="promises",
    name=mark("Promises kept"),
    meaning=mark(
        "Of what we promised customers for these days: done in time, done late, or overdue and not"
        " done; the share is what was done in time of these three. What is owed no more without"
        " being done, and what is not due yet, stands apart."
    ),
    basis=Basis.PROMISE,
    roles=frozenset(),
    sql=_SQL,
    columns=(
        Column(name="what", title=mark("Promise"), words=NAMES),
        Column(name="in_time", title=mark("In time"), kind=Kind.COUNT),
        Column(name="late", title=mark("Late"), kind=Kind.COUNT),
        Column(name="broken", title=mark("Overdue"), kind=Kind.COUNT),
        Column(name="share", title=mark("Kept in time"), kind=Kind.SHARE),
        Column(name="released", title=mark("Owed no more"), kind=Kind.COUNT),
        Column(name="still_open", title=mark("Not due yet"), kind=Kind.COUNT),
    ),
    chart=Chart(shape=Shape.STACKED, label="what", values=("in_time", "late", "broken")),
    empty=mark("Nothing was promised for these days."),
)
