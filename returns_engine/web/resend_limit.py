"""How often a customer may have mails sent again, so that nobody fills a mailbox by our hand."""

from datetime import datetime

from returns_engine.settings import Settings
from returns_engine.web.rate_limits import count_try
from returns_engine.web.signing import sign

RESENDS_AN_HOUR = 5


async def count_resend(order_number: str, *, settings: Settings, now: datetime) -> None:
    """Count a mail sent again for an order; raises TooMany above five in an hour."""
    name = sign(order_number, key=settings.secret_key, purpose="resend")
    await count_try(f"resend:{name}", limit=RESENDS_AN_HOUR, now=now)
