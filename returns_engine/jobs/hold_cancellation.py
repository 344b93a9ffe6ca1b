"""Hold a cancellation whose units were shipped meanwhile."""

from returns_engine.jobs.tools import JobTools
from returns_engine.workflow.hold_cancellation import hold_cancellation


async def run(tools: JobTools, *, number: str) -> None:
    """Hold a cancellation whose units were shipped meanwhile."""
    await hold_cancellation(number, now=tools.clock())
