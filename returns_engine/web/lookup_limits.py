"""How a customer looks for an order, by the API or a page: counted together, answered alike."""

from asyncio import sleep
from time import monotonic
from typing import Any

from litestar import Request

from returns_engine.web.languages import wished_language
from returns_engine.web.rate_limits import address_of, count_tries
from returns_engine.web.signing import sign
from returns_engine.web.who import services_of
from returns_engine.workflow.contacts import counted_contact
from returns_engine.workflow.send_account_link import send_account_link
from returns_engine.workflow.send_lookup_code import send_lookup_code

AnyRequest = Request[Any, Any, Any]
TRIES_OF_A_CODE = 5
EVERYWHERE = 5
"""How often more tries there are about a contact, or an order, from all addresses than from one."""
ALWAYS_SECONDS = 0.15


async def send_code(request: AnyRequest, *, order_number: str, contact: str) -> None:
    """Send a code where number and contact belong together, in a time that tells nothing.

    Raises TooMany.
    """
    began = monotonic()
    services = services_of(request)
    await _count(request, contact, order_number, purpose="lookup", times=1)
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


async def count_code(request: AnyRequest, contact: str, order_number: str) -> None:
    """Count a code that is tried; raises TooMany."""
    await _count(request, contact, order_number, purpose="verify", times=TRIES_OF_A_CODE)


async def _count(
    request: AnyRequest, contact: str, order_number: str | None = None, *, purpose: str, times: int
) -> None:
    """Count a try for the address it comes from, there for the contact it is about, and for that.

    Who only knows a contact, or an order's number, uses up few of the tries of whoever it belongs
    to; from many addresses there is an end to it as well, whatever the contact is written like.
    """
    services = services_of(request)
    settings = services.settings

    def name(what: str, whose: str) -> str:
        signed = sign(whose, key=settings.secret_key, purpose=f"{purpose} {what}")
        return f"{purpose}:{what}:{signed}"

    address, counted = address_of(request), counted_contact(contact)
    most = settings.lookup_limit_contact * times
    limits = {
        name("address", address): settings.lookup_limit_address * times,
        name("both", f"{address} {counted}"): most,
        name("contact", counted): most * EVERYWHERE,
    }
    if order_number is not None:
        # However it is typed: see `looked_up_order`.
        number = "".join(sign for sign in order_number.casefold() if sign.isalnum())
        limits[name("order", number)] = most * EVERYWHERE
    await count_tries(limits, now=services.clock())
