"""Print the label of a parcel nobody announced."""

from uuid import UUID

from returns_engine.jobs.tools import JobTools
from returns_engine.workflow.print_quarantine_label import print_quarantine_label


async def run(tools: JobTools, *, parcel_id: str) -> None:
    """Print the label of a parcel nobody announced."""
    await print_quarantine_label(UUID(parcel_id), terms=tools.label, policy=tools.policy)
