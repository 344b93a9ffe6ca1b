"""Let a proposal go on that was held until a dispute is over."""

from uuid import UUID

from returns_engine.jobs.tools import JobTools
from returns_engine.workflow.hold_refund import release_after_dispute


async def run(tools: JobTools, *, refund_id: str) -> None:
    """Let it go on where no dispute of its payment is open; harmless twice."""
    await release_after_dispute(UUID(refund_id), now=tools.clock())
