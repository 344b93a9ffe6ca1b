"""How many photos a customer may send, so that nobody fills the store or keeps the decoder busy."""

from returns_engine.rules.actor import Actor
from returns_engine.web.rate_limits import count_try
from returns_engine.web.services import Services
from returns_engine.web.signing import sign

PHOTOS_AN_HOUR = 60


async def count_photo(actor: Actor, services: Services) -> None:
    """Count a photo that is sent for a customer's order; raises TooMany above 60 in an hour.

    Not inside a transaction: those that count for the same order would wait for its end.
    """
    if actor.order is not None:
        name = sign(actor.order, key=services.settings.secret_key, purpose="photo")
        await count_try(f"photo:{name}", limit=PHOTOS_AN_HOUR, now=services.clock())
