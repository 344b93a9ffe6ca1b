"""Compare our books with the provider's account, because somebody asked for it."""

from returns_engine.jobs.tools import JobTools
from returns_engine.workflow.reconcile import reconcile_now


async def run(tools: JobTools) -> None:
    """Compare the usual period; while another comparison runs, do nothing."""
    await reconcile_now(payments=tools.payments, policy=tools.policy, clock=tools.clock)
