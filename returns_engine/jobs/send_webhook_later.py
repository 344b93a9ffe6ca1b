"""Put an event whose pause is over back into its receiver's lane."""

from returns_engine.jobs.tools import JobTools
from returns_engine.workflow.send_webhook import send_webhook_later


async def run(tools: JobTools, *, delivery_id: int) -> None:  # noqa: ARG001 - every job gets its tools
    """Put an event whose pause is over back into its receiver's lane."""
    await send_webhook_later(delivery_id)
