"""Handle one hint of the provider."""

from returns_engine.jobs.tools import JobTools
from returns_engine.workflow.hear_provider import hear_provider


async def run(tools: JobTools, *, inbox_id: int) -> None:
    """Handle one hint of the provider."""
    await hear_provider(inbox_id, payments=tools.payments, policy=tools.policy, clock=tools.clock)
