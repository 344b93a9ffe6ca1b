"""A program that hears of returns and refunds: it checks each webhook, and keeps it."""

from collections import deque
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from standardwebhooks import Webhook, WebhookVerificationError

MOST_KEPT = 1_000


class WebhooksReceived:
    """Keeps the last 1,000 webhooks whose signature is good; without a secret none is."""

    def __init__(self) -> None:
        self.secret: str | None = None
        self._kept: deque[dict[str, Any]] = deque(maxlen=MOST_KEPT)

    def take(self, headers: dict[str, str], body: bytes) -> bool:
        """Keep a webhook, once however often it comes; say whether its signature is good."""
        if self.secret is None:
            return False
        try:
            told = Webhook(self.secret).verify(body, headers)
        except WebhookVerificationError:
            return False
        name = headers["webhook-id"]
        if all(one["webhook_id"] != name for one in self._kept):
            self._kept.append({"webhook_id": name, **told})
        return True

    def kept(self) -> list[dict[str, Any]]:
        """Return what was kept, the first that came first."""
        return list(self._kept)

    def clear(self) -> None:
        """Throw away what was kept."""
        self._kept.clear()


@post("/webhooks-received", status_code=204)
async def take_webhook(
    request: Request[Any, Any, Any], received: NamedDependency[WebhooksReceived]
) -> Response[None]:
    """Take a webhook of the engine's; 401 for one that it did not sign."""
    good = received.take(dict(request.headers), await request.body())
    return Response(None, status_code=204 if good else 401)


@get("/webhooks-received")
async def list_webhooks_received(received: NamedDependency[WebhooksReceived]) -> dict[str, Any]:
    """List what was received, oldest first."""
    return {"items": received.kept()}
