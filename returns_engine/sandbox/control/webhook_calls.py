"""Control: where webhooks go, how each went, and sending them again or at last."""

from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from returns_engine.sandbox.provider.books import Books
from returns_engine.sandbox.provider.refusals import bad_parameter
from returns_engine.sandbox.provider.webhooks import WebhookSender


class WebhookOrder(Struct, kw_only=True, forbid_unknown_fields=True):
    """Where webhooks go; null sends none."""

    url: str | None


class EventNamed(Struct, kw_only=True, forbid_unknown_fields=True):
    """One event of `GET /v1/events`."""

    event: str


@post("/webhooks", status_code=200)
async def aim_webhooks(
    data: JSONBody[WebhookOrder], webhooks: NamedDependency[WebhookSender]
) -> dict[str, Any]:
    """Send webhooks to another address from now on."""
    webhooks.url = data.url
    return {"url": webhooks.url}


@get("/webhooks")
async def list_webhooks(webhooks: NamedDependency[WebhookSender]) -> dict[str, Any]:
    """Tell how it went with each event that was sent."""
    return {"url": webhooks.url, "items": webhooks.deliveries}


@post("/webhooks/release", status_code=200)
async def release_webhooks(webhooks: NamedDependency[WebhookSender]) -> dict[str, int]:
    """Send the events that `webhook_held` kept back, in an order drawn from the seed."""
    return {"released": webhooks.release()}


@post("/webhooks/again", status_code=200)
async def send_webhook_again(
    data: JSONBody[EventNamed],
    books: NamedDependency[Books],
    webhooks: NamedDependency[WebhookSender],
) -> dict[str, str]:
    """Send one event once more, whatever became of it before."""
    if webhooks.url is None:
        raise bad_parameter("Webhooks have no address yet.", "url")
    webhooks.send_again(books.get("event", data.event, "event"))
    return {"event": data.event}
