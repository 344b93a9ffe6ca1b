"""A customer finds an order: a code to the contact on file, and for the code a token.

The answer to a look-up is the same, and takes as long, whether the order exists or not.
"""

from typing import Any

from litestar import Request, Response

from returns_engine.queries.moments import utc_text
from returns_engine.queries.order_view import read_order
from returns_engine.web.answers import json_answer
from returns_engine.web.api.bodies import LookupBody, VerifyBody
from returns_engine.web.api.endpoint import opened
from returns_engine.web.api.orders import for_customers
from returns_engine.web.api.reading import read_body
from returns_engine.web.api.shapes.orders import LookupAccepted, OrderAccess
from returns_engine.web.lookup_limits import count_code, send_code
from returns_engine.web.who import services_of
from returns_engine.workflow.refusals import NotFound
from returns_engine.workflow.verify_lookup_code import verify_lookup_code


@opened(
    "/order-lookups",
    takes=LookupBody,
    status=202,
    answers=LookupAccepted,
    refuses=("too_many_requests",),
)
async def look_up_order(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Send a code to the contact, if it is on file for the order; the answer never tells."""
    body = await read_body(request, LookupBody)
    await send_code(request, order_number=body.order_number, contact=body.contact)
    return json_answer({"status": "accepted"}, status=202)


@opened(
    "/order-lookups/verify",
    takes=VerifyBody,
    answers=OrderAccess,
    refuses=("wrong_code", "not_found", "too_many_requests"),
)
async def verify_order_lookup(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give a token for the order against the code; a wrong or old code is 401."""
    services = services_of(request)
    now = services.clock()
    body = await read_body(request, VerifyBody)
    await count_code(request, body.contact, body.order_number)
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


LOOKUPS = [look_up_order, verify_order_lookup]
