"""Print the label of a parcel nobody announced, for the warehouse to stick on."""

import asyncio
from uuid import UUID

import structlog

from returns_engine.labels.quarantine import QuarantineContent, render_quarantine_label
from returns_engine.rules.policy import Policy
from returns_engine.tables.engine import the_engine, transaction
from returns_engine.tables.parcels import Parcel
from returns_engine.workflow.issue_label import LabelPrint

log = structlog.get_logger()

_PARCEL = """
SELECT p.number, p.quarantined_at, w.name AS warehouse, w.country, r.number AS came_with
FROM parcels p LEFT JOIN warehouses w ON w.id = p.warehouse
LEFT JOIN returns r ON r.id = p.came_with
WHERE p.id = $1 AND p.label_pdf IS NULL
"""


async def print_quarantine_label(parcel_id: UUID, *, terms: LabelPrint, policy: Policy) -> None:
    """Print the label of a parcel and keep it; harmless when it was done before.

    Raises LabelNotPrintable where the template cannot hold it: the job is kept, and listed as dead.
    """
    row = await the_engine().fetch_row(_PARCEL, parcel_id)
    if row is None:
        return
    content = QuarantineContent(
        number=row["number"],
        merchant=terms.merchant,
        warehouse=row["warehouse"] or "",
        country=row["country"] or policy.home_country,
        found_on=row["quarantined_at"].astimezone(policy.zone).date(),
        came_with=row["came_with"],
    )
    label = await asyncio.to_thread(render_quarantine_label, content, terms.quarantine_template)
    if label.missing_glyphs:
        fields = sorted({glyph.field for glyph in label.missing_glyphs})
        log.warning("label_glyphs_missing", number=row["number"], fields=fields)
    async with transaction():
        await Parcel.update({Parcel.label_pdf: label.pdf}).where(
            Parcel.id == parcel_id, Parcel.label_pdf.is_null()
        )
