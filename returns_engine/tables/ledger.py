"""The books: what each movement of money, or of what is worth money, debits and credits."""

from piccolo.columns import (
    UUID,
    BigInt,
    BigSerial,
    ForeignKey,
    Integer,
    OnDelete,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from returns_engine.tables.orders import Order, Payment


class LedgerEntry(
    Table, tablename="ledger_entries", help_text="Debits and credits of every movement; append only"
):
    """One line of a movement. The lines of a movement balance, which a trigger sees to.

    A subject (a refund, a dispute, a compensation) has numbered movements; each is posted once.
    Accounts are those of rules/ledger/accounts.py; amounts in minor units.
    """

    id: BigSerial
    subject = Varchar(length=255, help_text="What moved: `refund:…`, `dispute:…`, and so on")
    movement = Integer(help_text="Which movement of the subject this line belongs to")
    kind = Varchar(length=40, help_text="What happened: `refund.succeeded`, for instance")
    account = Varchar(length=32)
    debit = BigInt(default=0)
    credit = BigInt(default=0)
    currency = Varchar(length=3)
    order = ForeignKey(Order, on_delete=OnDelete.restrict, null=False)
    payment = ForeignKey(Payment, on_delete=OnDelete.restrict, null=True, default=None)
    refund = UUID(null=True, default=None, help_text="Of `refunds`")
    return_number = Varchar(length=32, null=True, default=None)
    reference = Varchar(
        length=255,
        null=True,
        default=None,
        help_text="At the provider, or of what was paid by hand",
    )
    at = Timestamptz(default=None)

    ledger_entries_uq_line = Unique([subject, movement, account])
    ledger_entries_ck_amounts = Check(
        "debit >= 0 AND credit >= 0 AND (debit = 0) <> (credit = 0) AND movement >= 1"
    )
