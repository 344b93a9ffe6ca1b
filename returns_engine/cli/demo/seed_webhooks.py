"""The demo's own receiver of webhooks: the sandbox, at whatever address it has this time."""

from datetime import datetime

from returns_engine.rules.actor import SYSTEM
from returns_engine.sandbox.server import Sandbox
from returns_engine.tables.webhooks import WebhookEndpoint
from returns_engine.workflow.keep_webhooks import add_webhook, remove_webhook
from returns_engine.workflow.refusals import Conflict

DESCRIPTION = "The sandbox of the demo"


async def seed_webhooks(sandbox: Sandbox, now: datetime) -> None:
    """Tell the sandbox of returns and refunds; the receiver of the time before is removed."""
    before = await WebhookEndpoint.select(WebhookEndpoint.id).where(
        WebhookEndpoint.description == DESCRIPTION
    )
    for row in before:
        await remove_webhook(row["id"], actor=SYSTEM, now=now)
    try:
        new = await add_webhook(
            sandbox.webhooks_received,
            description=DESCRIPTION,
            secure=False,
            actor=SYSTEM,
            now=now,
        )
    except Conflict:
        # Whoever tries the demo has added as many as there may be.
        return
    sandbox.expect_webhooks(new.secret)
