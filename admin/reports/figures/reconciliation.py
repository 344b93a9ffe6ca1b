"""Whether our books and the provider's account came to the same."""

from admin.reports.report import Basis, Chart, Column, Kind, Report, Shape
from returns_engine.rules.words import Role
from returns_engine.texts.words import mark

_SQL = """
SELECT run.step, total.currency, total.at_provider, total.in_books,
       total.at_provider - total.in_books AS difference, run.differing
FROM (
    SELECT DISTINCT ON (step) step, totals, differing FROM (
        SELECT date_trunc({step}::text, started_at AT TIME ZONE {zone}::text)::date AS step,
               started_at, id, totals, differing
        FROM reconciliations
        WHERE state = 'done' AND started_at >= {since} AND started_at < {before}
    ) AS done
    ORDER BY step, started_at DESC, id DESC
) AS run
CROSS JOIN LATERAL jsonb_to_recordset(run.totals)
    AS total (currency text, at_provider bigint, in_books bigint)
ORDER BY run.step, total.currency
"""

RECONCILIATION = Report(
    slug="reconciliation",
    name=mark("Reconciliation difference"),
    meaning=mark(
        "By the last comparison of each day that came to its end: what the provider moved for us in"
        " the time it looked at, what our books say, the difference, which is to be nothing, and"
        " how many lines of it call for a person."
    ),
    basis=Basis.COMPARISON,
    roles=frozenset({Role.FINANCE}),
    sql=_SQL,
    columns=(
        Column(name="step", title=mark("From"), kind=Kind.DAY),
        Column(name="currency", title=mark("Currency")),
        Column(name="at_provider", title=mark("At the provider"), kind=Kind.MONEY),
        Column(name="in_books", title=mark("In our books"), kind=Kind.MONEY),
        Column(name="difference", title=mark("Difference"), kind=Kind.MONEY),
        Column(name="differing", title=mark("Lines that differ"), kind=Kind.COUNT),
    ),
    chart=Chart(shape=Shape.LINES, label="step", values=("difference",)),
    step="day",
    empty=mark("No comparison with the provider that found money moved was made in these days."),
)
