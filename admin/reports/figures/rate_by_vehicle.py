"""How much of what was sold comes back, by the vehicle it was made for."""

from admin.reports.report import Basis, Chart, Column, Kind, Report, Shape
from returns_engine.texts.words import mark

# Bounded and looked up as in rate_by_sku.
_SQL = """
WITH sold AS (
    SELECT l.make, l.model, sum(l.quantity)::bigint AS units
    FROM orders o CROSS JOIN LATERAL (
        SELECT vehicle ->> 'make' AS make, vehicle ->> 'model' AS model, quantity
        FROM order_lines WHERE "order" = o.id AND vehicle IS NOT NULL OFFSET 0
    ) AS l
    WHERE o.placed_at >= {since} AND o.placed_at < {before} AND o.status <> 'canceled'
      AND l.make IS NOT NULL
    GROUP BY 1, 2
), back AS (
    SELECT l.vehicle ->> 'make' AS make, l.vehicle ->> 'model' AS model,
           sum(b.requested)::bigint AS units,
           COALESCE(sum(b.requested) FILTER (WHERE b.reason IN (
               'wrong_model_chosen', 'wrong_item', 'not_as_described')), 0)::bigint AS misfit
    FROM returns r JOIN orders o ON o.id = r."order" JOIN return_lines b ON b.return_id = r.id
    JOIN order_lines l ON l.id = b.order_line
    WHERE r.requested_at >= {since} AND o.placed_at >= {since} AND o.placed_at < {before}
      AND o.status <> 'canceled' AND r.kind IN ('return', 'warranty')
      AND r.state NOT IN ('declined', 'withdrawn', 'expired')
    GROUP BY 1, 2
)
SELECT concat_ws(' ', sold.make, sold.model) AS vehicle, sold.units AS sold,
       COALESCE(back.units, 0) AS returned, COALESCE(back.misfit, 0) AS misfit,
       round(1000.0 * COALESCE(back.units, 0) / sold.units)::int AS rate
FROM sold LEFT JOIN back ON back.make = sold.make AND back.model IS NOT DISTINCT FROM sold.model
ORDER BY returned DESC, sold DESC, vehicle LIMIT 100
"""

RATE_BY_VEHICLE = Report(
    slug="rate-by-vehicle",
    name=mark("Return rate by vehicle"),
    meaning=mark(
        "Of the units made for a vehicle in orders placed in these days and not canceled, how many"
        " were asked back as a return or on the warranty by now (not declined, withdrawn or"
        " expired), and how many of these as the wrong model, the wrong item or not as described:"
        " the hundred makes and models with most of them."
    ),
    basis=Basis.ORDER,
    roles=frozenset(),
    sql=_SQL,
    columns=(
        Column(name="vehicle", title=mark("Vehicle")),
        Column(name="sold", title=mark("Sold"), kind=Kind.COUNT),
        Column(name="returned", title=mark("Asked back"), kind=Kind.COUNT),
        Column(name="misfit", title=mark("As the wrong one"), kind=Kind.COUNT),
        Column(name="rate", title=mark("Return rate"), kind=Kind.SHARE),
    ),
    chart=Chart(shape=Shape.BARS, label="vehicle", values=("rate",)),
    longest=183,
    empty=mark("Nothing that is made for a vehicle was ordered in these days."),
)
