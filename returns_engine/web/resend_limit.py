"""How often a customer may have mails sent again, so that nobody fills a mailbox by our hand."""

from datetime import datetime
from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.settings import Settings
from returns_engine.tables.engine import transaction
from returns_engine.web.rate_limits import count_try
from returns_engine.web.signing import sign
from returns_engine.workflow.resend_message import resend_message

RESENDS_AN_HOUR = 5


async def resend_counted(
    number: str, message_id: UUID, *, actor: Actor, settings: Settings, now: datetime
) -> UUID:
    """Send a mail again and return the new message's id; one of a customer counts for their order.

    Raises what `resend_message` does, and TooMany above five in an hour; neither is counted.
    """
    async with transaction():
        again = await resend_message(number, message_id, actor=actor, now=now)
        if actor.order is not None:
            name = sign(actor.order, key=settings.secret_key, purpose="resend")
            await count_try(f"resend:{name}", limit=RESENDS_AN_HOUR, now=now)
        return again
