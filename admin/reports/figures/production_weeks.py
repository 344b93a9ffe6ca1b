"""How much of what was made in a week turns out to be faulty."""

from admin.reports.report import Basis, Chart, Column, Kind, Report, Shape
from returns_engine.texts.words import mark

_SQL = """
WITH made AS (
    SELECT o.id, date_trunc({step}::text,
                            o.production_started_at AT TIME ZONE {zone}::text)::date AS step
    FROM orders o WHERE o.production_started_at >= {since} AND o.production_started_at < {before}
      AND o.status <> 'canceled'
), units AS (
    SELECT m.step, sum(l.quantity) AS made FROM made m JOIN order_lines l ON l."order" = m.id
    WHERE l.kind IN ('custom', 'personalized', 'special_order') GROUP BY 1
), back AS (
    SELECT m.step, sum(b.requested) AS returned, sum(b.requested) FILTER (
        WHERE COALESCE(found.fault, b.reason = 'defective' OR b.cause IS NOT NULL)) AS faulty
    FROM made m JOIN returns r ON r."order" = m.id JOIN return_lines b ON b.return_id = r.id
    JOIN order_lines l ON l.id = b.order_line CROSS JOIN LATERAL (
        SELECT bool_or(i.found_cause IN ('material', 'sewing', 'seam_failure', 'material_failure',
                                         'fading', 'fastener_failure')) AS fault
        FROM inspection_lines i WHERE i.return_line = b.id AND i.quantity > i.superseded
    ) AS found
    WHERE l.kind IN ('custom', 'personalized', 'special_order')
      AND r.kind IN ('return', 'warranty') AND r.state NOT IN ('declined', 'withdrawn', 'expired')
    GROUP BY 1
)
SELECT units.step, units.made::bigint AS made, COALESCE(back.returned, 0)::bigint AS returned,
       COALESCE(back.faulty, 0)::bigint AS faulty,
       round(1000.0 * COALESCE(back.faulty, 0) / units.made)::int AS rate
FROM units LEFT JOIN back ON back.step = units.step ORDER BY units.step
"""

PRODUCTION_WEEKS = Report(
    slug="production-weeks",
    name=mark("Faults by production week"),
    meaning=mark(
        "Of the units made to order whose production began in these days, by week: how many were"
        " asked back by now, and how many of these are faulty, that is, the bench found material or"
        " sewing at fault or, where it named no cause yet, the customer said so."
    ),
    basis=Basis.PRODUCTION,
    roles=frozenset(),
    sql=_SQL,
    columns=(
        Column(name="step", title=mark("From"), kind=Kind.DAY),
        Column(name="made", title=mark("Made"), kind=Kind.COUNT),
        Column(name="returned", title=mark("Asked back"), kind=Kind.COUNT),
        Column(name="faulty", title=mark("Faulty"), kind=Kind.COUNT),
        Column(name="rate", title=mark("Fault rate"), kind=Kind.SHARE),
    ),
    chart=Chart(shape=Shape.LINES, label="step", values=("rate",)),
    step="week",
    empty=mark("No production to order began in these days."),
)
