"""Send one event to one receiver of webhooks."""

import secrets

from returns_engine.gateways.clock import system_clock
from returns_engine.jobs.tools import JobTools
from returns_engine.workflow.send_webhook import send_webhook


async def run(tools: JobTools, *, delivery_id: int) -> None:
    """Send one event to one receiver of webhooks."""
    await send_webhook(
        delivery_id,
        receivers=tools.receivers,
        clock=tools.clock,
        world_clock=system_clock,
        chance=secrets.SystemRandom().random,
    )
