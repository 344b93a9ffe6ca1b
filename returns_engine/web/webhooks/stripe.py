"""Stripe's webhooks: the signature on the raw body, the inbox, and a fast answer."""

from typing import Any

from litestar import Request, Response, post

from returns_engine.web.answers import json_answer
from returns_engine.web.api.endpoint import Declared, declared
from returns_engine.web.api.shapes.messages import WebhookTaken
from returns_engine.web.problems import NotConfigured
from returns_engine.web.who import services_of
from returns_engine.workflow.take_webhook import take_webhook

_LARGEST = 1024 * 1024


@post(
    "/webhooks/stripe",
    status_code=200,
    request_max_body_size=_LARGEST,
    opt=declared(
        Declared(answers=WebhookTaken, refuses=("bad_signature", "webhooks_not_configured"))
    ),
)
async def stripe_webhook(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Keep what Stripe says; a job reads what really happened."""
    services = services_of(request)
    if services.webhooks is None:
        raise NotConfigured("webhooks_not_configured", "No webhook secret is set.")
    now = services.clock()
    raw = await request.body()
    event = services.webhooks.read_event(raw, request.headers.get("stripe-signature", ""), now)
    is_new = await take_webhook(event, now=now)
    return json_answer({"received": True, "new": is_new})


WEBHOOKS = [stripe_webhook]
