"""What is answered of returns."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType, field

from returns_engine.queries.promises import PromiseStanding
from returns_engine.rules.lifecycle.actions import Action
from returns_engine.rules.lifecycle.appeal import Against, Heard
from returns_engine.rules.lifecycle.compensation_states import CompensationState
from returns_engine.rules.lifecycle.headline import Headline
from returns_engine.rules.lifecycle.next_step import Who
from returns_engine.rules.lifecycle.permission import PermissionState
from returns_engine.rules.lifecycle.refund_stages import RefundStage
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.lifecycle.replacement_states import ReplacementState
from returns_engine.rules.promises import PromiseKind
from returns_engine.rules.way_back import ManualReason, WayBack
from returns_engine.rules.words import (
    ActorKind,
    Cause,
    CompensationKind,
    ContactChannel,
    Postage,
    Reason,
    Resolution,
    ReturnKind,
)
from returns_engine.web.api.shapes.decisions import Decision
from returns_engine.web.api.shapes.words import (
    Amount,
    ClauseId,
    Count,
    Currency,
    LineId,
    Moment,
    Name,
    OrderNumber,
    ReturnNumber,
    Version,
)


class Flags(Struct, kw_only=True):
    """What is out of the ordinary; only staff hears of a refund on hold."""

    late: bool
    on_hold: bool
    overridden: bool
    refund_on_hold: bool | UnsetType = UNSET


class ReturnLine(Struct, kw_only=True):
    """One line of a return, with how many of its units have come how far."""

    line_id: LineId
    sku: str
    title: str
    reason: Reason | UnsetType | None = UNSET
    cause: Cause | UnsetType = UNSET
    resolution: Resolution | None
    goods_expected: Annotated[bool, Meta(description="False where the customer keeps the units.")]
    requested: Count
    received: Count
    accepted: Count
    rejected: Count
    given_up: Count
    sent_back: Count
    disposed: Count
    refunded: Count
    replaced: Count


class ReturnRefund(Struct, kw_only=True):
    """A refund of the return, as its customer may read it."""

    id: UUID
    state: RefundState
    stage: RefundStage
    amount: Annotated[Amount | None, Meta(description="Null until it is approved.")]
    proposed: Amount
    currency: Currency
    note: Annotated[str | None, Meta(description="Why it is lower than proposed.")]
    clause: ClauseId | None
    method: str
    manual_reason: ManualReason | None
    way: WayBack
    succeeded_at: Moment | None
    decided_at: Moment | None
    sent_on: date | None
    bank_from: date | None
    bank_by: Annotated[date | None, Meta(description="When it should be in the account.")]
    trace_number: Annotated[str | None, Meta(description="By which a bank finds it.")]
    reversal: bool
    credit_note: str | None


class ReturnCompensation(Struct, kw_only=True):
    """What goes on top for one line."""

    id: UUID
    line_id: LineId
    kind: CompensationKind
    what: str
    value: Amount
    currency: Currency
    state: CompensationState
    cause: str
    reference: str | None


class ReturnReplacement(Struct, kw_only=True):
    """What is sent again for one line."""

    id: UUID
    line_id: LineId
    quantity: Count
    state: ReplacementState
    title: str
    expected_on: date | None
    external_order: str | None
    carrier: str | None
    tracking_number: str | None
    tracking_url: str | None
    warranty_until: date | None
    version: Version


class Label(Struct, kw_only=True):
    """The label for the way back; its PDF is at `/returns/{number}/label.pdf`."""

    carrier: str
    tracking_number: str | None
    postage: Postage
    expires_at: Moment
    send_by: date | None


class NextStep(Struct, kw_only=True):
    """What happens next, and who has the ball."""

    says: str
    who: Who | None
    key: Annotated[str, Meta(description="Stable, for texts of your own.")]


class ReturnPromise(Struct, kw_only=True):
    """What was promised for this return, and by when."""

    what: PromiseKind
    refund_id: UUID | None
    due: Moment
    kept_at: Moment | None
    broken_at: Moment | None


class Appeal(Struct, kw_only=True):
    """The one appeal, and what came of it."""

    against: list[Against]
    made_at: Moment
    outcome: Heard | None
    decided_at: Moment | None


class Return(Struct, kw_only=True):
    """A return as it stands; a list leaves its `decision` out."""

    number: ReturnNumber
    order_number: OrderNumber
    kind: ReturnKind
    state: Headline
    permission: PermissionState
    resolution: Resolution | None
    contact_channel: ContactChannel | None
    goods_expected: bool
    own_carrier: Annotated[str | None, Meta(description="Of a parcel the customer sent alone.")]
    own_tracking_number: str | None
    currency: Currency
    flags: Flags
    lines: list[ReturnLine]
    refunds: list[ReturnRefund]
    compensations: list[ReturnCompensation]
    replacements: list[ReturnReplacement]
    label: Label | None
    next_step: NextStep
    actions: Annotated[list[Action], Meta(description="What somebody can do to it now.")]
    promises: list[ReturnPromise]
    decision_id: UUID
    decision: Decision | UnsetType = UNSET
    appeal: Appeal | None
    requested_at: Moment
    approved_at: Moment | None
    carrier_asked_at: Moment | None
    closed_at: Moment | None
    version: Version


class ReturnList(Struct, kw_only=True):
    """A page of returns, newest first, without their decisions."""

    items: list[Return]
    next_cursor: str | None


class EventActor(Struct, kw_only=True):
    """Who did it; a customer reads no names."""

    kind: ActorKind
    name: Name | None


class Event(Struct, kw_only=True):
    """One thing that happened, chained to the one before by its hash."""

    sequence: Annotated[int, Meta(ge=1)]
    type: Annotated[str, Meta(description="Such as `return.approved` or `parcel.received`.")]
    at: Moment
    actor: EventActor
    from_: str | None = field(name="from")
    to: str | None
    reason: Annotated[str | None, Meta(description="A code, never a sentence.")]
    data: dict[str, Any]
    text: Annotated[str | None, Meta(description="What somebody wrote, where you may read it.")]
    previous_hash: str
    hash: str


class EventList(Struct, kw_only=True):
    """All that happened to a return, oldest first."""

    items: list[Event]
    next_cursor: str | None


class Promise(Struct, kw_only=True):
    """What was promised, and how it stands."""

    what: PromiseKind
    standing: PromiseStanding
    return_number: ReturnNumber
    return_state: Headline
    order_number: OrderNumber
    refund_id: UUID | None
    made_at: Moment | None
    due: Moment
    kept_at: Moment | None
    broken_at: Moment | None


class PromiseList(Struct, kw_only=True):
    """A page of promises, the soonest due first."""

    items: list[Promise]
    next_cursor: str | None
