"""What is answered of refunds, and of what goes on top."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from returns_engine.rules.batch import LookAt
from returns_engine.rules.lifecycle.compensation_states import CompensationState
from returns_engine.rules.lifecycle.refund_stages import RefundStage
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.money.payment_check import Mismatch
from returns_engine.rules.way_back import ManualReason
from returns_engine.rules.words import CompensationKind
from returns_engine.web.api.shapes.words import (
    Amount,
    ClauseId,
    Currency,
    LineId,
    Moment,
    Name,
    OrderNumber,
    PaymentProvider,
    ReturnNumber,
    Version,
)
from returns_engine.workflow.approve_batch import BatchOutcome


class Breakdown(Struct, kw_only=True):
    """What the proposal is made of."""

    items: Amount
    tax: Amount
    shipping: Amount
    fees: Amount


class RefundApproval(Struct, kw_only=True):
    """Who approved which amount, and when."""

    by: Name | None
    at: Moment
    amount: Amount
    note: str | None
    clause: ClauseId | None


class Hold(Struct, kw_only=True):
    """Who holds a proposal, since when, and why; for staff alone."""

    by: Name | None
    at: Moment
    reason: str | None
    until_dispute_ends: Annotated[
        bool, Meta(description="It ends by itself once no dispute of its payment is open.")
    ]


class CreditNote(Struct, kw_only=True):
    """A credit note of the refund, or the one that takes it back."""

    number: str
    amount: int
    issued_on: date
    reverses: Annotated[str | None, Meta(description="The number of the one it takes back.")]


class Refund(Struct, kw_only=True):
    """One refund to one payment."""

    id: UUID
    return_number: ReturnNumber | None
    order_number: OrderNumber
    payment_id: str
    provider: PaymentProvider
    method: str
    state: RefundState
    stage: RefundStage
    proposed: Amount
    amount: Annotated[Amount | None, Meta(description="Null until it is approved.")]
    maximum: Annotated[
        Amount,
        Meta(description="The smaller of what the units are worth and what the payment has left."),
    ]
    currency: Currency
    breakdown: Breakdown
    provider_refund_id: str | None
    external_reference: str | None
    by_hand: Annotated[bool, Meta(description="Whether a person pays it.")]
    manual_reason: ManualReason | None
    note: Annotated[str | None, Meta(description="Why it is lower; the customer reads it.")]
    clause: ClauseId | None
    last_error: Annotated[str | None, Meta(description="The provider's word for why it failed.")]
    mismatch: Mismatch | None
    trace_number: Annotated[str | None, Meta(description="By which a bank finds it.")]
    reversal: bool
    sent_on: date | None
    bank_from: date | None
    bank_by: Annotated[date | None, Meta(description="When it should be in the account.")]
    attempts: Annotated[int, Meta(ge=0, description="How often the provider was called.")]
    credit_note: str | None
    credit_notes: list[CreditNote]
    approvals: list[RefundApproval]
    needs_second_approval: bool
    hold: Hold | None
    proposed_at: Moment | None
    decided_at: Moment | None
    succeeded_at: Moment | None
    manual_since: Moment | None
    refundable_until: Moment | None
    blocked_since: Moment | None
    version: Version


class RefundList(Struct, kw_only=True):
    """A page of refunds, newest first."""

    items: list[Refund]
    next_cursor: str | None


class BatchItem(Struct, kw_only=True):
    """What became of one refund of a batch."""

    id: UUID
    amount: Annotated[int, Meta(description="As it was sent, in minor units.")]
    outcome: BatchOutcome
    code: str | None
    detail: str | None
    look_at: list[LookAt]


class BatchAnswer(Struct, kw_only=True):
    """What became of each, in the order in which they were sent."""

    items: list[BatchItem]


class CompensationApproval(Struct, kw_only=True):
    """Who approved it, and when."""

    by: Name | None
    at: Moment


class Compensation(Struct, kw_only=True):
    """What is given on top, because the fault was the merchant's."""

    id: UUID
    return_number: ReturnNumber
    order_number: OrderNumber
    line_id: LineId
    kind: CompensationKind
    what: Annotated[str, Meta(description="In the policy's words.")]
    value: Amount
    currency: Currency
    state: CompensationState
    cause: str
    clause: ClauseId
    reference: Annotated[str | None, Meta(description="The coupon, or how the gift went.")]
    approvals: list[CompensationApproval]
    needs_second_approval: bool
    proposed_at: Moment
    decided_at: Moment | None
    given_at: Moment | None
    version: Version


class CompensationList(Struct, kw_only=True):
    """A page of compensations, newest first."""

    items: list[Compensation]
    next_cursor: str | None
