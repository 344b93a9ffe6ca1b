"""A customer finds an order: a code to the contact on file, and for the code a token.

The answer to a look-up is the same, and takes as long, whether the order exists or not.
"""

import asyncio
import time
from typing import Any

from litestar import Request, Response

from returns_engine.documents.reading import read_document
from returns_engine.queries.moments import utc_text
from returns_engine.queries.order_view import read_order
from returns_engine.web.answers import json_answer
from returns_engine.web.api.bodies import LookupBody, VerifyBody
from returns_engine.web.api.endpoint import opened
from returns_engine.web.api.orders import for_customers
from returns_engine.web.rate_limits import address_of, count_try
from returns_engine.web.services import Services
from returns_engine.web.signing import sign
from returns_engine.web.who import services_of
from returns_engine.workflow.contacts import normalized_contact
from returns_engine.workflow.refusals import NotFound
from returns_engine.workflow.send_lookup_code import send_lookup_code
from returns_engine.workflow.verify_lookup_code import verify_lookup_code

_TRIES_OF_A_CODE = 5
_ALWAYS_SECONDS = 0.15


@opened("/order-lookups", takes=LookupBody, status=202)
async def look_up_order(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Send a code to the contact, if it is on file for the order; the answer never tells."""
    began = time.monotonic()
    services = services_of(request)
    now = services.clock()
    body = read_document(await request.body(), LookupBody)
    await _count(request, services, body.contact, purpose="lookup", times=1)
    await send_lookup_code(
        order_number=body.order_number,
        contact=body.contact,
        now=now,
        secret_key=services.settings.secret_key,
    )
    await asyncio.sleep(max(0, began + _ALWAYS_SECONDS - time.monotonic()))
    return json_answer({"status": "accepted"}, status=202)


@opened("/order-lookups/verify", takes=VerifyBody)
async def verify_order_lookup(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give a token for the order against the code; a wrong or old code is 401."""
    services = services_of(request)
    now = services.clock()
    body = read_document(await request.body(), VerifyBody)
    await _count(request, services, body.contact, purpose="verify", times=_TRIES_OF_A_CODE)
    access = await verify_lookup_code(
        order_number=body.order_number,
        contact=body.contact,
        code=body.code,
        now=now,
        secret_key=services.settings.secret_key,
    )
    order = await read_order(access.order_number, policy=services.policy, now=now)
    if order is None:
        raise NotFound("order")
    return json_answer(
        {
            "token": access.token,
            "expires_at": utc_text(access.expires_at),
            "order": for_customers(order),
        }
    )


async def _count(
    request: Request[Any, Any, Any], services: Services, contact: str, *, purpose: str, times: int
) -> None:
    """Count a try for the address it comes from and for the contact it is about."""
    settings, now = services.settings, services.clock()
    spelled = normalized_contact(contact) or contact.strip().casefold()
    for what, whose, limit in (
        ("address", address_of(request), settings.lookup_limit_address),
        ("contact", spelled, settings.lookup_limit_contact),
    ):
        name = sign(whose, key=settings.secret_key, purpose=f"{purpose} {what}")
        await count_try(f"{purpose}:{what}:{name}", limit=limit * times, now=now)


LOOKUPS = [look_up_order, verify_order_lookup]
