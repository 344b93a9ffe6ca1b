"""Every comparison of our books with the provider's account, and what did not agree."""

from piccolo.columns import (
    JSONB,
    UUID,
    BigInt,
    BigSerial,
    Date,
    ForeignKey,
    Integer,
    OnDelete,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check
from piccolo.table import Table

from returns_engine.tables.orders import Order


class Reconciliation(
    Table, tablename="reconciliations", help_text="Our books compared with the provider's account"
):
    """One comparison of all refunds of a period (payments.md 2.8, step 7)."""

    id: BigSerial
    day = Date(null=True, default=None, unique=True, help_text="Whose daily run it is; UTC")
    since = Timestamptz(default=None)
    before = Timestamptz(default=None)
    state = Varchar(
        length=16, default="running", help_text="running, done, unanswered or broken_off"
    )
    started_at = Timestamptz(default=None)
    finished_at = Timestamptz(default=None, null=True)
    refunds = BigInt(default=0, help_text="How many the provider listed")
    mended = Integer(default=0, help_text="How many differences were gone once we had asked")
    differing = Integer(default=0, help_text="Lines that call for a person")
    totals = JSONB(default="[]", help_text="By currency, in minor units")
    error = Varchar(length=255, null=True, default=None, help_text="Why it came to no end")

    reconciliations_ck_state = Check("state IN ('running', 'done', 'unanswered', 'broken_off')")


class ReconciliationLine(
    Table, tablename="reconciliation_lines", help_text="One thing that did not agree, or is others'"
):
    """A refund that is not the same here and there; amounts are what moved, in minor units."""

    id: BigSerial
    reconciliation = ForeignKey(Reconciliation, on_delete=OnDelete.restrict, null=False, index=True)
    kind = Varchar(length=24)
    currency = Varchar(length=3)
    at_provider = BigInt(default=0)
    in_books = BigInt(default=0)
    status_at_provider = Varchar(length=16, null=True, default=None)
    status_in_books = Varchar(length=16, null=True, default=None)
    provider_refund_id = Varchar(length=255, null=True, default=None)
    payment_reference = Varchar(length=255, null=True, default=None)
    made_at = Timestamptz(default=None, null=True, help_text="At the provider")
    order = ForeignKey(Order, on_delete=OnDelete.restrict, null=True, default=None)
    refund = UUID(null=True, default=None, help_text="Of `refunds`")

    reconciliation_lines_ck_kind = Check(
        "kind IN ('not_adopted', 'not_booked', 'not_at_provider', 'amount', 'status',"
        " 'payment_total', 'outside', 'paid_again', 'another_system')"
    )
