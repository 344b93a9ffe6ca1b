"""What customers were given on top where the fault was ours."""

from admin.reports.report import Basis, Chart, Column, Kind, Report, Shape
from admin.words import REASONS
from returns_engine.rules.words import Role
from returns_engine.texts.words import mark

_SQL = """
SELECT date_trunc({step}::text, given_at AT TIME ZONE {zone}::text)::date AS step, cause, currency,
       count(*) FILTER (WHERE kind = 'gift') AS gifts,
       count(*) FILTER (WHERE kind = 'coupon') AS coupons, sum(value)::bigint AS value
FROM compensations WHERE given_at >= {since} AND given_at < {before}
GROUP BY 1, 2, 3 ORDER BY 1, 3, 2
"""

COMPENSATION = Report(
    slug="compensation",
    name=mark("Compensation"),
    meaning=mark(
        "Gifts and coupons that were sent to customers in these days on top of what they are owed,"
        " by the fault of ours they are for, at the value of the policy."
    ),
    basis=Basis.GIVING,
    roles=frozenset({Role.FINANCE}),
    sql=_SQL,
    columns=(
        Column(name="step", title=mark("From"), kind=Kind.DAY),
        Column(name="cause", title=mark("For"), words=REASONS),
        Column(name="currency", title=mark("Currency")),
        Column(name="gifts", title=mark("Gifts"), kind=Kind.COUNT),
        Column(name="coupons", title=mark("Coupons"), kind=Kind.COUNT),
        Column(name="value", title=mark("Value"), kind=Kind.MONEY),
    ),
    chart=Chart(shape=Shape.STACKED, label="step", values=("value",), series="cause"),
    empty=mark("No gift or coupon was sent in these days."),
)
