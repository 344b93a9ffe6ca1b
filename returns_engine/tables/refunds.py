"""Money on its way back: refunds, every try that was made, and what the provider told us."""

from piccolo.columns import (
    JSONB,
    UUID,
    BigInt,
    BigSerial,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    OnDelete,
    Serial,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.uuid import UUID4
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from returns_engine.tables.orders import Order, Payment
from returns_engine.tables.returns import Return, ReturnLine


class Refund(Table, tablename="refunds", help_text="An amount that goes back to one payment"):
    """A refund. The row, its key and its job are committed before any call (payments.md 2.8)."""

    id = UUID(primary_key=True, default=UUID4())
    order = ForeignKey(Order, on_delete=OnDelete.restrict, null=False)
    return_ = ForeignKey(Return, on_delete=OnDelete.restrict, null=True, db_column_name="return_id")
    payment = ForeignKey(Payment, on_delete=OnDelete.restrict, null=False)
    state = Varchar(length=16, default="proposed", index=True)
    proposal = UUID(default=None, null=True, help_text="Shared by refunds of one proposal")
    proposed = BigInt(default=0)
    amount = BigInt(null=True, default=None, help_text="What finance approved")
    currency = Varchar(length=3)
    items = BigInt(default=0)
    tax = BigInt(default=0)
    shipping = BigInt(default=0)
    fees = BigInt(default=0)
    generation = Integer(default=1)
    idempotency_key = Varchar(length=255, unique=True)
    parameters = JSONB(null=True, default=None, help_text="Frozen at approval")
    first_sent_at = Timestamptz(default=None, null=True)
    provider_refund_id = Varchar(length=255, null=True, default=None, unique=True)
    provider_status = Varchar(length=32, null=True, default=None)
    last_error = Varchar(length=255, null=True, default=None)
    blocked_since = Timestamptz(
        default=None, null=True, help_text="Since when its payment keeps it from being sent"
    )
    reading = BigInt(default=0, help_text="The number of the last reading; an older one is late")
    lost_seen = BigInt(
        default=0, help_text="What lost disputes had of its payment when a person last let it go"
    )
    inspectors = JSONB(default="[]", help_text="Persons who may not approve it")
    proposed_at = Timestamptz(default=None)
    decided_at = Timestamptz(default=None, null=True)
    decided_by = Integer(null=True, default=None, help_text="A person of the staff")
    approval_limit = BigInt(
        null=True, default=None, help_text="The most that who approved could approve then"
    )
    succeeded_at = Timestamptz(default=None, null=True)
    checked_at = Timestamptz(default=None, null=True)
    note = Text(null=True, default=None)
    clause = Varchar(length=64, null=True, default=None)
    external_reference = Varchar(length=255, null=True, default=None)
    manual_reason = Varchar(
        length=32,
        null=True,
        default=None,
        help_text="Why its provider does not pay it, but a person",
    )
    manual_since = Timestamptz(
        default=None, null=True, help_text="Empty while the provider is asked about an earlier try"
    )
    otherwise_by = Integer(
        null=True, default=None, help_text="The person who chose to pay it otherwise"
    )
    called_off_by = Integer(
        null=True, default=None, help_text="The person who called off what was approved"
    )
    recorded_by = Integer(
        null=True, default=None, help_text="The person who recorded what was paid by hand"
    )
    trace_number = Varchar(
        length=255, null=True, default=None, help_text="By which banks find it (ARN)"
    )
    reversal = Boolean(default=False, help_text="The payment was undone: it has no trace number")
    sent_on = Date(default=None, null=True, help_text="As the customer was told")
    bank_from = Date(default=None, null=True, help_text="In the account, at the earliest")
    bank_by = Date(default=None, null=True, help_text="In the account, usually by")
    needs_second = Boolean(default=False, help_text="Two persons approve the same amount")
    taken_back = Boolean(default=False, help_text="Its verdicts were taken back")
    first_by = Integer(null=True, default=None, help_text="The person who approved first")
    first_at = Timestamptz(default=None, null=True)
    first_amount = BigInt(null=True, default=None, help_text="What the first approved")
    first_limit = BigInt(
        null=True, default=None, help_text="The most that the first could approve then"
    )
    first_note = Text(null=True, default=None)
    first_clause = Varchar(length=64, null=True, default=None)
    held_by = Integer(null=True, default=None, help_text="The person who put it on hold")
    held_at = Timestamptz(default=None, null=True)
    hold_reason = Text(null=True, default=None, help_text="Read by staff alone")
    held_for_dispute = Boolean(
        default=False, help_text="The hold ends when no dispute of its payment is open"
    )
    version = Integer(default=1)

    refunds_ck_state = Check(
        "state IN ('proposed', 'approved', 'refused', 'submitting', 'pending', 'requires_action',"
        " 'succeeded', 'failed', 'unknown', 'canceled')"
    )
    refunds_ck_amounts = Check(
        "proposed >= 0 AND items >= 0 AND tax >= 0 AND shipping >= 0 AND fees >= 0"
        " AND generation >= 1 AND version >= 1"
    )
    refunds_ck_amount = Check("amount IS NULL OR (amount >= 1 AND amount <= proposed)")
    refunds_ck_decided = Check("state IN ('proposed', 'refused', 'canceled') OR amount IS NOT NULL")
    refunds_ck_other_person = Check(
        "decided_by IS NULL OR state = 'refused' OR NOT inspectors @> to_jsonb(decided_by)"
    )
    refunds_ck_manual = Check("manual_reason IN ('refundable_until_passed', 'paid_otherwise')")
    refunds_ck_first = Check(
        "(first_by IS NULL) = (first_at IS NULL) AND (first_by IS NULL) = (first_amount IS NULL)"
        " AND (first_by IS NULL OR needs_second)"
    )
    refunds_ck_two_persons = Check(
        "NOT needs_second OR state IN ('proposed', 'refused', 'canceled')"
        " OR (first_by IS NOT NULL AND decided_by IS NOT NULL AND first_by <> decided_by"
        " AND first_amount = amount AND NOT inspectors @> to_jsonb(first_by))"
    )
    refunds_ck_hold = Check("held_at IS NULL OR state IN ('proposed', 'refused', 'canceled')")
    refunds_ck_lower_clause = Check("amount IS NULL OR amount >= proposed OR clause IS NOT NULL")


class RefundLine(Table, tablename="refund_lines", help_text="What a refund is for"):
    """Units of a return line, and the money for them, in one refund."""

    id: Serial
    refund = ForeignKey(Refund, on_delete=OnDelete.restrict, null=False)
    return_line = ForeignKey(ReturnLine, on_delete=OnDelete.restrict, null=False)
    quantity = Integer(default=1)
    items = BigInt(default=0)
    tax = BigInt(default=0)
    shipping = BigInt(default=0)

    refund_lines_ck_amounts = Check("quantity >= 0 AND items >= 0 AND tax >= 0 AND shipping >= 0")
    refund_lines_uq_line = Unique([refund, return_line])


class RefundAttempt(Table, tablename="refund_attempts", help_text="Every try at the provider"):
    """One HTTP try: its key, its frozen parameters and, written once, what came of it."""

    id: BigSerial
    refund = ForeignKey(Refund, on_delete=OnDelete.restrict, null=False)
    generation = Integer()
    idempotency_key = Varchar(length=255)
    parameters = JSONB()
    sent_at = Timestamptz(default=None)
    answered_at = Timestamptz(default=None, null=True)
    outcome = Varchar(length=24, null=True, default=None, help_text="Empty while nobody knows")
    detail = Varchar(length=255, null=True, default=None)

    refund_attempts_ck_outcome = Check(
        "outcome IN ('accepted', 'refused', 'unanswered', 'key_conflict')"
    )


class OutsideRefund(
    Table, tablename="outside_refunds", help_text="Money that went back without a refund of ours"
):
    """A refund at the provider that is none of ours: it counts as spent while it is alive.

    Made in the provider's dashboard, or with a mark of ours that it has no right to. What moved is
    always kept, whatever it leaves of the payment; only its state may change.
    """

    id: BigSerial
    payment = ForeignKey(Payment, on_delete=OnDelete.restrict, null=False, index=True)
    provider_refund_id = Varchar(length=255, unique=True)
    amount = BigInt()
    currency = Varchar(length=3)
    status = Varchar(length=16, help_text="The provider's word")
    cause = Varchar(length=16, help_text="dashboard, mark_disagrees or paid_again")
    marked = UUID(default=None, null=True, help_text="The refund of ours whose mark it carries")
    failure_reason = Varchar(length=48, null=True, default=None)
    created_at = Timestamptz(default=None, help_text="When it was made at the provider")
    first_seen_at = Timestamptz(default=None)
    checked_at = Timestamptz(default=None)
    reading = BigInt(default=0, help_text="The number of the last reading; an older one is late")

    outside_refunds_ck_amount = Check("amount >= 0")
    outside_refunds_ck_status = Check(
        "status IN ('pending', 'requires_action', 'succeeded', 'failed', 'canceled')"
    )
    outside_refunds_ck_cause = Check("cause IN ('dashboard', 'mark_disagrees', 'paid_again')")


class WebhookEvent(Table, tablename="webhook_inbox", help_text="What a provider told us"):
    """A hint from a provider: it makes us re-read, and is never believed."""

    id: BigSerial
    provider = Varchar(length=16, default="stripe")
    event_id = Varchar(length=255)
    type = Varchar(length=128)
    object_id = Varchar(length=255, null=True, default=None)
    payment_reference = Varchar(length=255, null=True, default=None)
    received_at = Timestamptz(default=None)
    handled_at = Timestamptz(default=None, null=True)

    webhook_inbox_uq_event = Unique([provider, event_id])
