"""Print a return's label and mail it."""

from returns_engine.jobs.tools import JobTools
from returns_engine.workflow.issue_label import issue_label


async def run(tools: JobTools, *, number: str) -> None:
    """Print a return's label and mail it."""
    await issue_label(number, terms=tools.label, policy=tools.policy, clock=tools.clock)
