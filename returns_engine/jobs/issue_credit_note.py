"""Give a refund its credit note, or reverse it."""

from uuid import UUID

from returns_engine.jobs.tools import JobTools
from returns_engine.workflow.issue_credit_note import issue_credit_note


async def run(tools: JobTools, *, refund_id: str) -> None:
    """Give a refund its credit note, or reverse it."""
    await issue_credit_note(UUID(refund_id), policy=tools.policy, clock=tools.clock)
