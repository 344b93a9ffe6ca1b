"""How much of what was sold comes back, by SKU."""

from admin.reports.report import Basis, Chart, Column, Kind, Report, Shape
from returns_engine.texts.words import mark

# Nothing is asked back before it was ordered: that bounds the returns. OFFSET 0 keeps the lines
# looked up order by order; PostgreSQL would rather read them all.
_SQL = """
WITH sold AS (
    SELECT l.sku, max(l.title) AS title, sum(l.quantity)::bigint AS units
    FROM orders o CROSS JOIN LATERAL (
        SELECT sku, title, quantity FROM order_lines WHERE "order" = o.id OFFSET 0
    ) AS l WHERE o.placed_at >= {since} AND o.placed_at < {before} AND o.status <> 'canceled'
    GROUP BY l.sku
), back AS (
    SELECT l.sku, sum(b.requested)::bigint AS units
    FROM returns r JOIN orders o ON o.id = r."order" JOIN return_lines b ON b.return_id = r.id
    JOIN order_lines l ON l.id = b.order_line
    WHERE r.requested_at >= {since} AND o.placed_at >= {since} AND o.placed_at < {before}
      AND o.status <> 'canceled' AND r.kind IN ('return', 'warranty')
      AND r.state NOT IN ('declined', 'withdrawn', 'expired')
    GROUP BY l.sku
)
SELECT sold.sku, sold.title, sold.units AS sold, COALESCE(back.units, 0) AS returned,
       round(1000.0 * COALESCE(back.units, 0) / sold.units)::int AS rate
FROM sold LEFT JOIN back ON back.sku = sold.sku ORDER BY returned DESC, sold DESC, sku LIMIT 100
"""

RATE_BY_SKU = Report(
    slug="rate-by-sku",
    name=mark("Return rate by SKU"),
    meaning=mark(
        "Of the units in orders placed in these days and not canceled, how many were asked back as"
        " a return or on the warranty by now (not declined, withdrawn or expired): the hundred SKUs"
        " with most of them. Young orders may still come back."
    ),
    basis=Basis.ORDER,
    roles=frozenset(),
    sql=_SQL,
    columns=(
        Column(name="sku", title=mark("SKU")),
        Column(name="title", title=mark("Item")),
        Column(name="sold", title=mark("Sold"), kind=Kind.COUNT),
        Column(name="returned", title=mark("Asked back"), kind=Kind.COUNT),
        Column(name="rate", title=mark("Return rate"), kind=Kind.SHARE),
    ),
    chart=Chart(shape=Shape.BARS, label="sku", values=("rate",)),
    longest=366,
    empty=mark("No order was placed in these days."),
)
