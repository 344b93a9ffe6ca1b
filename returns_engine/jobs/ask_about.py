"""Ask the provider what became of a refund."""

from uuid import UUID

from returns_engine.jobs.tools import JobTools
from returns_engine.workflow.hear_provider import ask_about


async def run(tools: JobTools, *, refund_id: str) -> None:
    """Ask the provider what became of a refund."""
    await ask_about(
        UUID(refund_id), payments=tools.payments, policy=tools.policy, clock=tools.clock
    )
