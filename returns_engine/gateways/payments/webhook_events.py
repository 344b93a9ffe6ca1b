"""Stripe's webhooks: the signature on the raw body, and the few fields an inbox needs.

Kept apart from the SDK: loading it costs the web process more than half a second of CPU, and the
scheme is Stripe's published one (docs.stripe.com/webhooks, "Verify webhook signatures manually").
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

TOLERANCE = timedelta(minutes=5)
LONGEST_ID, LONGEST_TYPE = 255, 128
_LONGEST_TIME = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEvent:
    """A hint that something happened at the provider: re-read the object, trust no amounts here.

    `object_type` and `object_id` name what changed (`refund`, `charge`, `dispute`, …);
    `payment_reference` and `metadata` are the object's, where it has them. `created_at` has whole
    seconds only and is no order of events.
    """

    id: str
    type: str
    created_at: datetime
    api_version: str | None
    livemode: bool
    object_type: str
    object_id: str | None
    payment_reference: str | None
    metadata: Mapping[str, str]


class BadSignature(Exception):  # noqa: N818 - named for what happened
    """The request is not proved to come from the provider, or it is too old or too new."""


class UnreadableEvent(Exception):  # noqa: N818 - named for what happened
    """The request is signed, and yet holds no event that can be read."""


_NO_EVENT = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)


class StripeWebhooks:
    """Reads signed events; several secrets are accepted while one replaces another."""

    def __init__(self, secrets: Sequence[str], *, tolerance: timedelta = TOLERANCE) -> None:
        # An empty secret would let anybody sign, so it never gets as far as the first request.
        if not secrets or any(not secret.strip() for secret in secrets):
            raise ValueError("A webhook secret must not be empty; Stripe's start with whsec_.")
        self._secrets = tuple(secret.encode() for secret in secrets)
        self._tolerance = tolerance

    def read_event(self, raw: bytes, signature: str, now: datetime) -> WebhookEvent:
        """Return the event in `raw`, the body as it came; raise BadSignature, UnreadableEvent."""
        self._check(raw, signature, now)
        try:
            return _event_from(json.loads(raw))
        except _NO_EVENT as error:
            raise UnreadableEvent(f"The signed body holds no event: {error!r}.") from error

    def _check(self, raw: bytes, header: str, now: datetime) -> None:
        signed_at, signatures = _parts_of(header)
        signed = str(signed_at).encode() + b"." + raw
        expected = [hmac.new(secret, signed, sha256).hexdigest() for secret in self._secrets]
        matches = [
            hmac.compare_digest(ours.encode(), theirs.encode())
            for ours in expected
            for theirs in signatures
        ]
        if not any(matches):
            raise BadSignature("No signature fits the body and our secret.")
        # Both ways: the SDK lets a time in the future pass, and with it an event kept for later.
        if abs(now.timestamp() - signed_at) > self._tolerance.total_seconds():
            raise BadSignature("The signature's time is too far from ours.")


def _parts_of(header: str) -> tuple[int, list[str]]:
    pairs = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    signatures = [value for name, _, value in pairs if name == "v1"]
    if len(times) != 1 or not _is_time(times[0]) or not signatures:
        raise BadSignature("The signature header cannot be read.")
    return int(times[0]), signatures


def _is_time(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_TIME


def _event_from(event: dict[str, Any]) -> WebhookEvent:
    subject = event["data"]["object"]
    return WebhookEvent(
        id=_text(event["id"], LONGEST_ID),
        type=_text(event["type"], LONGEST_TYPE),
        created_at=datetime.fromtimestamp(event["created"], UTC),
        api_version=event.get("api_version"),
        livemode=bool(event.get("livemode")),
        object_type=_text(subject["object"]),
        object_id=_text(subject["id"], LONGEST_ID) if subject.get("id") is not None else None,
        payment_reference=_payment_of(subject),
        metadata={_text(k): _text(v) for k, v in (subject.get("metadata") or {}).items()},
    )


def _payment_of(subject: dict[str, Any]) -> str | None:
    if subject["object"] == "payment_intent":
        return _text(subject["id"], LONGEST_ID)
    payment = subject.get("payment_intent") or _charge_of(subject)
    reference = payment["id"] if isinstance(payment, dict) else payment
    return None if reference is None else _text(reference, LONGEST_ID)


def _charge_of(subject: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON, read by the caller
    """Return the charge, by which a payment without a PaymentIntent is named."""
    return subject["id"] if subject["object"] == "charge" else subject.get("charge")


def _text(value: object, most: int | None = None) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise TypeError(f"expected text without a NUL, got {value!r}")
    if most is not None and len(value) > most:
        raise ValueError(f"expected at most {most} characters, got {len(value)}")
    value.encode()  # a lone surrogate is no text either, and raises ValueError
    return value
