"""How a customer looks for an order, by the API or a page: counted together, answered alike."""

from asyncio import sleep
from time import monotonic
from typing import Any

from litestar import Request

from returns_engine.web.languages import wished_language
from returns_engine.web.rate_limits import address_of, count_tries
from returns_engine.web.signing import sign
from returns_engine.web.who import services_of
from returns_engine.workflow.contacts import normalized_contact
from returns_engine.workflow.send_account_link import send_account_link
from returns_engine.workflow.send_lookup_code import send_lookup_code

AnyRequest = Request[Any, Any, Any]
TRIES_OF_A_CODE = 5
ALWAYS_SECONDS = 0.15


async def send_code(request: AnyRequest, *, order_number: str, contact: str) -> None:
    """Send a code where number and contact belong together, in a time that tells nothing.

    Raises TooMany.
    """
    began = monotonic()
    services = services_of(request)
    await _count(request, contact, purpose="lookup", times=1)
    await send_lookup_code(
        order_number=order_number,
        contact=contact,
        now=services.clock(),
        secret_key=services.settings.secret_key,
        language=wished_language(request),
    )
    await sleep(max(0, began + ALWAYS_SECONDS - monotonic()))


async def send_link(request: AnyRequest, *, email: str) -> None:
    """Mail a link to the orders of an account where there is one, in a time that tells nothing.

    Counted with the codes that are asked for. Raises TooMany.
    """
    began = monotonic()
    services = services_of(request)
    await _count(request, email, purpose="lookup", times=1)
    await send_account_link(
        email=email,
        now=services.clock(),
        secret_key=services.settings.secret_key,
        language=wished_language(request),
    )
    await sleep(max(0, began + ALWAYS_SECONDS - monotonic()))


async def count_code(request: AnyRequest, contact: str) -> None:
    """Count a code that is tried; raises TooMany."""
    await _count(request, contact, purpose="verify", times=TRIES_OF_A_CODE)


async def _count(request: AnyRequest, contact: str, *, purpose: str, times: int) -> None:
    """Count a try for the address it comes from, and for the contact it is about."""
    services = services_of(request)
    settings = services.settings

    def name(what: str, whose: str) -> str:
        signed = sign(whose, key=settings.secret_key, purpose=f"{purpose} {what}")
        return f"{purpose}:{what}:{signed}"

    spelled = normalized_contact(contact) or contact.strip().casefold()
    limits = {
        name("address", address_of(request)): settings.lookup_limit_address * times,
        name("contact", spelled): settings.lookup_limit_contact * times,
    }
    await count_tries(limits, now=services.clock())
