"""Who is told of returns and refunds: receivers added, switched on and off, removed."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from returns_engine.gateways.webhook_receivers.signatures import SECRET_BYTES, secret_of
from returns_engine.rules.actor import Actor
from returns_engine.rules.webhooks.event_types import EVENT_TYPES
from returns_engine.rules.webhooks.receiver_address import problem_with
from returns_engine.rules.webhooks.retries import Off
from returns_engine.tables.engine import connection, transaction
from returns_engine.tables.webhooks import WebhookEndpoint
from returns_engine.workflow.record_events import NewEvent, record_staff_event
from returns_engine.workflow.refusals import Conflict, NotFound, refuse_field
from returns_engine.workflow.webhook_events import MOST_ENDPOINTS
from returns_engine.workflow.webhook_standing import switch_off

BOTH_SIGN_FOR = timedelta(hours=24)
"""How long the secret before the last goes on to sign beside it."""

_LONGEST_DESCRIPTION = 255
_SERIAL = "SELECT pg_advisory_xact_lock(hashtext('returns_engine.webhook_endpoints'))"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReceiver:
    """A receiver that was just added; its secret is shown this once."""

    id: int
    secret: str


async def add_webhook(
    url: str,
    *,
    event_types: Collection[str] = (),
    description: str = "",
    secure: bool,
    actor: Actor,
    now: datetime,
) -> NewReceiver:
    """Add a receiver of these types of events, or of all; `secure` asks for https and the internet.

    Raises Unprocessable `bad_url`, `unknown_event_type` or `too_long`, and Conflict `too_many`.
    """
    _refuse_wrong(url, event_types, description, secure=secure)
    secret = secret_of(secrets.token_bytes(SECRET_BYTES))
    async with transaction():
        await connection().execute(_SERIAL)
        if await WebhookEndpoint.count() >= MOST_ENDPOINTS:
            raise Conflict("too_many", f"There are {MOST_ENDPOINTS} receivers; remove one first.")
        row = WebhookEndpoint(
            url=url,
            description=description,
            event_types=sorted(set(event_types)),
            secret=secret,
            made_by=f"{actor.kind}:{actor.id or ''}".removesuffix(":"),
            created_at=now,
        )
        added: int = (await WebhookEndpoint.insert(row))[0]["id"]
        # Where to, not the whole address: what follows the host may be a secret of the receiver's.
        data = {"host": urlsplit(url).hostname, "event_types": sorted(set(event_types))}
        await _record("webhook.added", added, actor, now, **data)
    return NewReceiver(id=added, secret=secret)


def _refuse_wrong(
    url: str, event_types: Collection[str], description: str, *, secure: bool
) -> None:
    problem = problem_with(url, secure=secure)
    if problem is not None:
        raise refuse_field("bad_url", problem, "/url")
    unknown = sorted(set(event_types) - set(EVENT_TYPES))
    if unknown:
        detail = f"There is no event {', '.join(unknown)}; docs/webhooks.md lists them."
        raise refuse_field("unknown_event_type", detail, "/event_types")
    if len(description) > _LONGEST_DESCRIPTION:
        detail = f"A description has {_LONGEST_DESCRIPTION} characters at most."
        raise refuse_field("too_long", detail, "/description")


async def remove_webhook(endpoint: int, *, actor: Actor, now: datetime) -> None:
    """Remove a receiver with the log of what it was sent; raises NotFound."""
    async with transaction():
        gone = "DELETE FROM webhook_endpoints WHERE id = $1 RETURNING id"
        if await connection().fetchrow(gone, endpoint) is None:
            raise NotFound("receiver")
        await _record("webhook.removed", endpoint, actor, now)


_ON = """
UPDATE webhook_endpoints SET state = 'enabled', disabled_at = NULL, disabled_why = NULL,
       failing_since = NULL, last_failure_at = NULL, paused_until = NULL
WHERE id = $1 AND state = 'disabled' RETURNING id
"""
_HELD = "SELECT count(*) FROM webhook_deliveries WHERE endpoint = $1 AND state = 'held'"


async def enable_webhook(endpoint: int, *, actor: Actor, now: datetime) -> int:
    """Send to a receiver again from now on; return how many events were held meanwhile.

    Those are sent by `resend_webhooks` alone. Raises NotFound.
    """
    async with transaction():
        await _require(endpoint)
        if await connection().fetchrow(_ON, endpoint) is not None:
            await _record("webhook.enabled", endpoint, actor, now)
        held: int = await connection().fetchval(_HELD, endpoint)
        return held


async def disable_webhook(endpoint: int, *, actor: Actor, now: datetime) -> None:
    """Send nothing to a receiver for now; what happens meanwhile is held. Raises NotFound."""
    async with transaction():
        await _require(endpoint)
        if await switch_off(endpoint, Off.BY_HAND, now=now):
            await _record("webhook.disabled", endpoint, actor, now)


_ROTATE = """
UPDATE webhook_endpoints SET old_secret = secret, old_secret_until = $3, secret = $2
WHERE id = $1 RETURNING id
"""


async def rotate_webhook_secret(endpoint: int, *, actor: Actor, now: datetime) -> str:
    """Give a receiver a new secret and return it, this once; the old one signs too, for a day.

    Raises NotFound.
    """
    secret = secret_of(secrets.token_bytes(SECRET_BYTES))
    async with transaction():
        until = now + BOTH_SIGN_FOR
        if await connection().fetchrow(_ROTATE, endpoint, secret, until) is None:
            raise NotFound("receiver")
        await _record("webhook.secret_changed", endpoint, actor, now)
    return secret


async def _require(endpoint: int) -> None:
    known = "SELECT id FROM webhook_endpoints WHERE id = $1 FOR NO KEY UPDATE"
    if await connection().fetchrow(known, endpoint) is None:
        raise NotFound("receiver")


async def _record(kind: str, endpoint: int, actor: Actor, now: datetime, **data: object) -> None:
    event = NewEvent(type=kind, data={"endpoint": endpoint, **data})
    await record_staff_event(event, actor=actor, now=now)
