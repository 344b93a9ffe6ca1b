"""What came to be owed to customers, and what was sent."""

from admin.reports.report import Basis, Chart, Column, Kind, Report, Shape
from returns_engine.rules.words import Role
from returns_engine.texts.words import mark

_SQL = """
WITH moved AS (
    SELECT proposed_at AS at, currency, COALESCE(amount, proposed) AS owed, 0 AS sent, 0 AS count,
           CASE WHEN state = 'succeeded' THEN 0 ELSE COALESCE(amount, proposed) END AS open
    FROM refunds WHERE proposed_at >= {since} AND proposed_at < {before}
    AND state NOT IN ('refused', 'canceled')
    UNION ALL
    SELECT succeeded_at, currency, 0, amount, 1, 0
    FROM refunds WHERE state = 'succeeded' AND succeeded_at >= {since} AND succeeded_at < {before}
)
SELECT date_trunc({step}::text, at AT TIME ZONE {zone}::text)::date AS step, currency,
       sum(owed)::bigint AS owed, sum(sent)::bigint AS sent, sum(count)::bigint AS refunds,
       sum(open)::bigint AS still_owed
FROM moved GROUP BY 1, 2 ORDER BY 1, 2
"""

REFUNDS = Report(
    slug="refunds",
    name=mark("Refunds owed and sent"),
    meaning=mark(
        "Owed is what was proposed to go back in these days and was not refused (what finance"
        " approved, where it was less); sent is what reached the payment or was paid by hand;"
        " still owed is the part of what came to be owed then that is not sent by now."
    ),
    basis=Basis.SETTLEMENT,
    roles=frozenset({Role.FINANCE}),
    sql=_SQL,
    columns=(
        Column(name="step", title=mark("From"), kind=Kind.DAY),
        Column(name="currency", title=mark("Currency")),
        Column(name="owed", title=mark("Came to be owed"), kind=Kind.MONEY),
        Column(name="sent", title=mark("Sent"), kind=Kind.MONEY),
        Column(name="refunds", title=mark("Refunds sent"), kind=Kind.COUNT),
        Column(name="still_owed", title=mark("Still owed of it"), kind=Kind.MONEY),
    ),
    chart=Chart(shape=Shape.BARS, label="step", values=("owed", "sent", "still_owed")),
    empty=mark("No refund was proposed or sent in these days."),
)
