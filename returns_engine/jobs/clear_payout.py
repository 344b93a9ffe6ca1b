"""Ask the provider whether a person may pay a refund that failed there."""

from uuid import UUID

from returns_engine.jobs.tools import JobTools
from returns_engine.workflow.pay_otherwise import clear_payout


async def run(tools: JobTools, *, refund_id: str) -> None:
    """Let it be paid by hand, or take in what lives there after all; harmless twice."""
    await clear_payout(
        UUID(refund_id), payments=tools.payments, policy=tools.policy, clock=tools.clock
    )
