"""How long returns stay in each state."""

from admin.reports.report import Basis, Chart, Column, Kind, Report, Shape
from admin.words import STATES
from returns_engine.texts.words import mark

# Refunds, replacements, compensations, choices and opinions move through states of their own in the
# same chain. What ends a return for good is no state to wait in.
_SQL = """
WITH moved AS (
    SELECT e.state, e.at, COALESCE(e.next, r.closed_at) AS until
    FROM returns r CROSS JOIN LATERAL (
        SELECT to_state AS state, at, lead(at) OVER (ORDER BY sequence) AS next
        FROM events WHERE chain = r.number AND to_state IS NOT NULL AND type NOT LIKE ALL (
            ARRAY['refund.%', 'replacement.%', 'compensation.%', 'choice.%', 'opinion.%'])
    ) AS e
    WHERE r.requested_at >= {since} AND r.requested_at < {before}
)
SELECT state, count(until) AS ended,
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM until - at)))::bigint
           AS median,
       round(percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM until - at)))::bigint
           AS nine_of_ten,
       count(*) - count(until) AS there_now
FROM moved WHERE state NOT IN ('closed', 'declined', 'withdrawn', 'expired') GROUP BY state
ORDER BY array_position(ARRAY['requested', 'in_review', 'needs_info', 'approved', 'label_issued',
    'in_transit', 'partially_received', 'received', 'inspected', 'settling'], state::text)
"""

TIMES = Report(
    slug="times",
    name=mark("Time in each state"),
    meaning=mark(
        "How many hours the returns requested in these days stayed in each state, once they left"
        " it: half of them no longer than the median, nine of ten no longer than the next figure."
        " A state that is entered again counts again."
    ),
    basis=Basis.REQUEST,
    roles=frozenset(),
    sql=_SQL,
    columns=(
        Column(name="state", title=mark("State"), words=STATES),
        Column(name="median", title=mark("Median, hours"), kind=Kind.HOURS),
        Column(name="nine_of_ten", title=mark("Nine of ten, hours"), kind=Kind.HOURS),
        Column(name="ended", title=mark("Times left"), kind=Kind.COUNT),
        Column(name="there_now", title=mark("There now"), kind=Kind.COUNT),
    ),
    chart=Chart(shape=Shape.BARS, label="state", values=("median", "nine_of_ten")),
    longest=183,
    empty=mark("No return was requested in these days."),
)
