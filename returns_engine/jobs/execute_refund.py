"""Send an approved refund to its provider."""

from uuid import UUID

from returns_engine.jobs.tools import JobTools
from returns_engine.workflow.execute_refund import execute_refund


async def run(tools: JobTools, *, refund_id: str) -> None:
    """Send an approved refund to its provider."""
    await execute_refund(
        UUID(refund_id), payments=tools.payments, policy=tools.policy, clock=tools.clock
    )
