"""Print the certificate of a return's refunds, or print it anew."""

from returns_engine.jobs.tools import JobTools
from returns_engine.workflow.issue_certificate import issue_certificate


async def run(tools: JobTools, *, number: str) -> None:
    """Print the certificate of a return's refunds, or print it anew."""
    address = f"{tools.settings.public_url}/certificates"
    await issue_certificate(number, address=address, terms=tools.label, clock=tools.clock)
