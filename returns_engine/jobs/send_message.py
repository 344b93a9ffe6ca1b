"""Send one message to a customer."""

from uuid import UUID

from returns_engine.jobs.tools import JobTools
from returns_engine.workflow.send_message import send_message


async def run(tools: JobTools, *, message_id: str) -> None:
    """Send one message to a customer."""
    await send_message(
        UUID(message_id),
        mail=tools.mail,
        logo=tools.logo,
        settings=tools.settings,
        policy=tools.policy,
        now=tools.clock(),
    )
