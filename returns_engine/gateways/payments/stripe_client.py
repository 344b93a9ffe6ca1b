"""The real payment provider: Stripe, through its own SDK.

Loading the SDK costs more than half a second of CPU: only the worker and the commands that call
Stripe import this file. The web process reads webhooks with `webhook_events`.
"""

import math
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self, TypeVar

import stripe

from returns_engine.gateways.payments.answers import NOT_FOUND, answer_of, cause_of, is_definite
from returns_engine.gateways.payments.destination import is_reversal, trace_number
from returns_engine.gateways.payments.gateway import (
    Accepted,
    Answer,
    ProviderPayment,
    ProviderRefund,
    ProviderRefundStatus,
    ProviderRefused,
    ProviderUnavailable,
    RefundOrder,
    Unanswered,
    UnknownAtProvider,
)
from returns_engine.gateways.payments.transport import LimitedTransport

STRIPE_ADDRESS = "https://api.stripe.com"
TIMEOUT_SECONDS = 15.0
PAGE = 100
CHARGE_PREFIXES = ("ch_", "py_")
# A dispute in one of these states took no money, or gave it back (docs.stripe.com/disputes).
TAKES_NOTHING = frozenset({"won", "prevented"})
LOST = "lost"
INQUIRY = "warning_"

T = TypeVar("T")
Listed = TypeVar("Listed", bound=stripe.StripeObject)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Disputed:
    """What the disputes of a charge take, and how much of that for good."""

    amount: int
    lost: int


class StripeGateway:
    """Orders and reads refunds at Stripe; `address` names another server that speaks its protocol.

    `retries` are the SDK's own, under the same key; a 429 is never retried by it. Each try may
    last `timeout` seconds.
    """

    def __init__(
        self,
        *,
        api_key: str,
        address: str | None = None,
        timeout: float = TIMEOUT_SECONDS,
        retries: int = 0,
    ) -> None:
        if not api_key:
            raise ValueError("A Stripe API key must not be empty.")
        self._transport = LimitedTransport(timeout)
        self._stripe = stripe.StripeClient(
            api_key,
            base_addresses={"api": (address or STRIPE_ADDRESS).rstrip("/")},
            http_client=self._transport,
            max_network_retries=retries,
        )

    async def create_refund(self, order: RefundOrder) -> Answer:
        """Order one refund under the order's own key; every outcome is an Answer, none an error."""
        params: stripe.params.RefundCreateParams = {
            "amount": order.amount,
            "metadata": dict(order.metadata),
        }
        if order.payment_reference.startswith(CHARGE_PREFIXES):
            params["charge"] = order.payment_reference
        else:
            params["payment_intent"] = order.payment_reference
        try:
            refund = await self._stripe.v1.refunds.create_async(
                params, {"idempotency_key": order.idempotency_key}
            )
        except stripe.StripeError as error:
            return answer_of(error)
        return _accepted(refund)

    async def find_refunds(self, payment_reference: str) -> list[ProviderRefund]:
        """Return all refunds of a payment, newest first, over all pages."""
        params: stripe.params.RefundListParams = {"limit": PAGE}
        if payment_reference.startswith(CHARGE_PREFIXES):
            params["charge"] = payment_reference
        else:
            params["payment_intent"] = payment_reference
        page = await _asked(self._stripe.v1.refunds.list_async(params))
        return [_refund_from(refund) async for refund in _through(page)]

    async def refunds_made(
        self, since: datetime, before: datetime
    ) -> AsyncIterator[ProviderRefund]:
        """Give all refunds of the account made in a period, newest first, page after page."""
        made: stripe.params.RefundListParamsCreated = {
            "gte": math.floor(since.timestamp()),
            "lt": math.ceil(before.timestamp()),
        }
        page = await _asked(self._stripe.v1.refunds.list_async({"created": made, "limit": PAGE}))
        async for refund in _through(page):
            yield _refund_from(refund)

    async def read_refund(self, refund_id: str) -> ProviderRefund:
        """Return one refund by Stripe's id."""
        return _refund_from(await _asked(self._stripe.v1.refunds.retrieve_async(refund_id)))

    async def read_payment(self, reference: str) -> ProviderPayment:
        """Return one payment, named by its PaymentIntent or by its charge, with its disputes."""
        if reference.startswith(CHARGE_PREFIXES):
            charge = await _asked(self._stripe.v1.charges.retrieve_async(reference))
            return _payment_from_charge(reference, charge, await self._disputed(charge))
        intent = await _asked(
            self._stripe.v1.payment_intents.retrieve_async(reference, {"expand": ["latest_charge"]})
        )
        latest = intent.latest_charge
        if not isinstance(latest, stripe.Charge):
            return _uncharged(reference, intent)
        return _payment_from_charge(reference, latest, await self._disputed(latest))

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close_async()

    async def __aenter__(self) -> Self:
        """Give the gateway itself."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        await self.close()

    async def _disputed(self, charge: stripe.Charge) -> _Disputed:
        if not charge.disputed:
            return _Disputed(amount=0, lost=0)
        disputes = await _asked(
            self._stripe.v1.disputes.list_async({"charge": charge.id, "limit": PAGE})
        )
        taking = [one async for one in _through(disputes) if _takes_money(one)]
        return _Disputed(
            amount=sum(one.amount for one in taking),
            lost=sum(one.amount for one in taking if one.status == LOST),
        )


async def _asked(call: Awaitable[T]) -> T:
    try:
        return await call
    except stripe.StripeError as error:
        raise _as_ours(error) from error


async def _through(page: stripe.ListObject[Listed]) -> AsyncIterator[Listed]:
    try:
        async for item in page.auto_paging_iter():
            yield item
    except stripe.StripeError as error:
        raise _as_ours(error) from error


def _as_ours(error: stripe.StripeError) -> Exception:
    if error.http_status == NOT_FOUND and error.code == "resource_missing":
        return UnknownAtProvider(cause_of(error))
    if is_definite(error):
        return ProviderRefused(cause_of(error))
    return ProviderUnavailable(cause_of(error))


def _accepted(refund: stripe.Refund) -> Answer:
    try:
        read = _refund_from(refund)
    except (AttributeError, ValueError, TypeError) as error:
        # A 2xx that holds no refund we understand: it may exist, so it is asked for again.
        return Unanswered(cause=f"2xx without a readable refund: {error}")
    return Accepted(
        provider_refund_id=read.id, status=read.status, failure_reason=read.failure_reason
    )


def _refund_from(refund: stripe.Refund) -> ProviderRefund:
    return ProviderRefund(
        id=refund.id,
        status=ProviderRefundStatus(refund.status or ""),
        amount=refund.amount,
        currency=refund.currency.upper(),
        metadata=dict(refund.metadata.to_dict()) if refund.metadata else {},
        # Stripe leaves the field out, rather than null, while nothing failed.
        failure_reason=getattr(refund, "failure_reason", None),
        payment_reference=_id_of(getattr(refund, "payment_intent", None)),
        created_at=datetime.fromtimestamp(refund.created, UTC),
        charge=_id_of(getattr(refund, "charge", None)),
        trace_number=trace_number(refund),
        reversal=is_reversal(refund),
    )


def _payment_from_charge(
    reference: str, charge: stripe.Charge, disputed: _Disputed
) -> ProviderPayment:
    return ProviderPayment(
        reference=reference,
        status=charge.status,
        captured=charge.captured and charge.status == "succeeded",
        amount_received=charge.amount_captured if charge.status == "succeeded" else 0,
        amount_refunded=charge.amount_refunded,
        amount_disputed=disputed.amount,
        amount_lost=disputed.lost,
        currency=charge.currency.upper(),
        charge=charge.id,
    )


def _uncharged(reference: str, intent: stripe.PaymentIntent) -> ProviderPayment:
    return ProviderPayment(
        reference=reference,
        status=intent.status,
        captured=False,
        amount_received=0,
        amount_refunded=0,
        amount_disputed=0,
        currency=intent.currency.upper(),
    )


def _takes_money(dispute: stripe.Dispute) -> bool:
    return dispute.status not in TAKES_NOTHING and not dispute.status.startswith(INQUIRY)


def _id_of(value: str | stripe.PaymentIntent | stripe.Charge | None) -> str | None:
    return value.id if isinstance(value, stripe.PaymentIntent | stripe.Charge) else value
