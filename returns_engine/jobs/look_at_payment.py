"""Hear all that the provider has to say of one payment."""

from returns_engine.jobs.tools import JobTools
from returns_engine.workflow.sweep_payments import look_at_payment


async def run(tools: JobTools, *, payment_id: int) -> None:
    """Hear all that the provider has to say of one payment."""
    await look_at_payment(
        payment_id, payments=tools.payments, policy=tools.policy, clock=tools.clock
    )
