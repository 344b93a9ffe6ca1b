"""What the engine asks of a payment provider, and all that it can hear back.

A refund ends in one of four answers, and only two of them are certain:

    Accepted     the refund exists, in the state that `status` names
    Refused      certain that this request made no refund
    KeyConflict  our key was used before with other parameters: stop, a person must look
    Unanswered   nobody knows: the money stays reserved until the provider is asked
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class ProviderRefundStatus(StrEnum):
    """A refund's state at the provider; not monotone, a succeeded one can fail weeks later."""

    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """One refund attempt: its key with its frozen parameters; the amount in minor units.

    `currency` is for our own record and checks: the provider knows the payment's currency.
    """

    payment_reference: str
    amount: int
    currency: str
    idempotency_key: str
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A definite yes: the refund exists at the provider."""

    provider_refund_id: str
    status: ProviderRefundStatus
    failure_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A definite no: this request made no refund. `code` and `param` are the provider's words."""

    code: str | None
    param: str | None
    http_status: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyConflict:
    """The key was used before with other parameters: ours drifted, and nothing may be retried."""

    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """No certain answer: the refund may exist. `http_status` is None where none was read.

    `may_be_saved` is true after a 500: the provider may replay that same answer to this key for
    24 hours, so asking again with it proves nothing (payments.md 2.5, step 4 of 2.8).
    """

    cause: str
    http_status: int | None = None
    may_be_saved: bool = False


Answer = Accepted | Refused | KeyConflict | Unanswered


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRefund:
    """A refund as the provider has it now; amount in minor units, currency in capitals.

    `charge` is the payment's charge, by which some payments are named.
    By `trace_number` (ARN) banks find it; it comes days later. `reversal` says that the payment was
    undone before it was booked: then no trace number ever comes.
    """

    id: str
    status: ProviderRefundStatus
    amount: int
    currency: str
    metadata: Mapping[str, str]
    failure_reason: str | None
    payment_reference: str | None
    created_at: datetime
    charge: str | None = None
    trace_number: str | None = None
    reversal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderPayment:
    """A payment as the provider has it now; amounts in minor units, currency in capitals.

    `captured` is false for money that is only authorized. `amount_disputed` counts what was
    charged back or may yet be; inquiries (`warning_…`), won and prevented disputes take nothing.
    `amount_lost` is the part of it that will not come back.
    """

    reference: str
    status: str
    captured: bool
    amount_received: int
    amount_refunded: int
    amount_disputed: int
    currency: str
    amount_lost: int = 0
    charge: str | None = None


class ProviderUnavailable(Exception):  # noqa: N818 - named for what happened
    """The provider gave no usable answer to a question; the same question may be asked again."""


class UnknownAtProvider(Exception):  # noqa: N818 - named for what happened
    """The provider says that no such payment or refund exists."""


class ProviderRefused(Exception):  # noqa: N818 - named for what happened
    """The provider refuses the question itself: a key without rights, or a wrong parameter."""


class PaymentGateway(Protocol):
    """A payment provider. Questions raise the three errors above; ordering a refund never does."""

    async def create_refund(self, order: RefundOrder) -> Answer:
        """Ask for one refund of the original payment, and say how certain the outcome is."""

    async def find_refunds(self, payment_reference: str) -> list[ProviderRefund]:
        """Return all refunds of a payment, ours and others', newest first."""

    def refunds_made(self, since: datetime, before: datetime) -> AsyncIterator[ProviderRefund]:
        """Give all refunds of the account made in `since` <= moment < `before`, newest first.

        Whoever ordered them; a page is held at a time. Raises the errors above while it goes on.
        """

    async def read_refund(self, refund_id: str) -> ProviderRefund:
        """Return one refund by the provider's id."""

    async def read_payment(self, reference: str) -> ProviderPayment:
        """Return what was captured, given back and disputed of one payment."""

    async def close(self) -> None:
        """Close the connections; the gateway is of no use afterwards."""
