"""Our duty to send something again."""

from piccolo.columns import (
    UUID,
    BigInt,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    OnDelete,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.uuid import UUID4
from piccolo.constraints import Check
from piccolo.table import Table

from returns_engine.tables.returns import Return, ReturnLine


class Replacement(Table, tablename="replacements", help_text="The same thing once more, free"):
    """Units that are sent again instead of money."""

    id = UUID(primary_key=True, default=UUID4())
    return_ = ForeignKey(
        Return, on_delete=OnDelete.restrict, null=False, db_column_name="return_id"
    )
    return_line = ForeignKey(ReturnLine, on_delete=OnDelete.restrict, null=False)
    quantity = Integer(default=1)
    state = Varchar(length=16, default="planned", index=True)
    external_order = Varchar(length=128, null=True, default=None)
    carrier = Varchar(length=64, null=True, default=None)
    tracking_number = Varchar(length=128, null=True, default=None)
    items = BigInt(
        null=True, default=None, help_text="What goes back should it be cancelled, minor units"
    )
    tax = BigInt(null=True, default=None, help_text="Likewise")
    shipping = BigInt(null=True, default=None, help_text="Likewise")
    warranty_until = Date(
        default=None, null=True, help_text="The last day of the warranty of what it replaces"
    )
    expected_on = Date(default=None, null=True, help_text="When it is to be in stock again")
    planned_at = Timestamptz(default=None)
    awaiting_stock_at = Timestamptz(default=None, null=True)
    ordered_at = Timestamptz(default=None, null=True)
    shipped_at = Timestamptz(default=None, null=True)
    delivered_at = Timestamptz(default=None, null=True)
    cancelled_at = Timestamptz(default=None, null=True)
    needs_second = Boolean(default=False, help_text="Two persons order it")
    first_by = Integer(null=True, default=None, help_text="The person who ordered it first")
    first_at = Timestamptz(default=None, null=True)
    first_order = Varchar(
        length=128, null=True, default=None, help_text="The shop's own order, as the first named it"
    )
    ordered_by = Integer(null=True, default=None, help_text="A person of the staff")
    version = Integer(default=1)

    replacements_ck_state = Check(
        "state IN ('planned', 'awaiting_stock', 'ordered', 'shipped', 'delivered', 'cancelled')"
    )
    replacements_ck_quantity = Check("quantity >= 1 AND version >= 1")
    replacements_ck_worth = Check("items >= 0 AND tax >= 0 AND shipping >= 0")
    replacements_ck_two_persons = Check(
        "NOT needs_second OR state IN ('planned', 'awaiting_stock', 'cancelled')"
        " OR (first_by IS NOT NULL AND ordered_by IS NOT NULL AND first_by <> ordered_by)"
    )
