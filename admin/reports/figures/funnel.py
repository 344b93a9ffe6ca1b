"""How far the returns of a period have come."""

from admin.reports.report import Basis, Chart, Column, Kind, Report, Shape
from returns_engine.texts.words import mark

_SQL = """
WITH asked AS (
    SELECT count(*) AS requested,
           count(approved_at) AS approved,
           count(label_issued_at) AS label_issued,
           count(*) FILTER (WHERE in_transit_at IS NOT NULL OR last_received_at IS NOT NULL)
               AS sent,
           count(last_received_at) AS received,
           count(*) FILTER (WHERE last_received_at IS NOT NULL
               AND state IN ('inspected', 'settling', 'closed')) AS inspected,
           count(*) FILTER (WHERE last_received_at IS NOT NULL AND state = 'closed') AS closed,
           count(*) FILTER (WHERE last_received_at IS NULL AND state = 'closed') AS without_goods,
           count(*) FILTER (WHERE state = 'declined') AS declined,
           count(*) FILTER (WHERE state = 'withdrawn') AS withdrawn,
           count(*) FILTER (WHERE state = 'expired') AS expired
    FROM returns WHERE requested_at >= {since} AND requested_at < {before}
)
SELECT step.name AS step, step.returns, round(1000.0 * step.returns / asked.requested)::int AS share
FROM asked CROSS JOIN LATERAL (VALUES
    (1, 'requested', requested), (2, 'approved', approved), (3, 'label_issued', label_issued),
    (4, 'sent', sent), (5, 'received', received), (6, 'inspected', inspected),
    (7, 'closed', closed), (8, 'without_goods', without_goods), (9, 'declined', declined),
    (10, 'withdrawn', withdrawn), (11, 'expired', expired)
) AS step (place, name, returns)
WHERE asked.requested > 0 ORDER BY step.place
"""

STEPS = {
    "requested": mark("Requested"),
    "approved": mark("Approved"),
    "label_issued": mark("Label sent"),
    "sent": mark("Sent by the customer"),
    "received": mark("Received"),
    "inspected": mark("Inspected"),
    "closed": mark("Closed, goods received"),
    "without_goods": mark("Closed without goods"),
    "declined": mark("Declined"),
    "withdrawn": mark("Withdrawn"),
    "expired": mark("Label expired"),
}

FUNNEL = Report(
    slug="funnel",
    name=mark("Funnel"),
    meaning=mark(
        "Of the returns that were requested in these days, how many have come to each step by"
        " now. The steps from the first to closed follow each other; the last four are other ends."
    ),
    basis=Basis.REQUEST,
    roles=frozenset(),
    sql=_SQL,
    columns=(
        Column(name="step", title=mark("Step"), words=STEPS),
        Column(name="returns", title=mark("Returns"), kind=Kind.COUNT),
        Column(name="share", title=mark("Of those requested"), kind=Kind.SHARE),
    ),
    chart=Chart(shape=Shape.BARS, label="step", values=("returns",)),
    empty=mark("No return was requested in these days."),
)
