"""What is put to the customer: a choice by a signed link, with a deadline and a safe default."""

from piccolo.columns import (
    JSONB,
    UUID,
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

from returns_engine.tables.orders import Order, OrderLine
from returns_engine.tables.returns import Return


class Choice(Table, tablename="choices", help_text="What the customer was asked to choose"):
    """A choice about units of one order; names and free text of a customer have no place here."""

    id = UUID(primary_key=True, default=UUID4())
    order = ForeignKey(Order, on_delete=OnDelete.restrict, null=False)
    return_ = ForeignKey(
        Return,
        on_delete=OnDelete.restrict,
        null=True,
        default=None,
        db_column_name="return_id",
        help_text="The delivery problem it is about, or the cancellation it ended in",
    )
    kind = Varchar(length=16)
    state = Varchar(length=16, default="open")
    default_option = Varchar(length=16, help_text="What silence means (B-31)")
    repeated = Boolean(default=False, help_text="Told about these lines before")
    restock_on = Date(null=True, default=None)
    restock_until = Date(null=True, default=None)
    swap_skus = JSONB(default="[]", help_text="What the staff suggests instead")
    deadline = Timestamptz(default=None)
    offered_at = Timestamptz(default=None)
    offered_by = Integer(null=True, default=None, help_text="A person of the staff")
    reminded_at = Timestamptz(null=True, default=None)
    chosen_option = Varchar(length=16, null=True, default=None)
    chosen_sku = Text(null=True, default=None)
    chosen_by = Varchar(length=16, null=True, default=None, help_text="The kind of actor")
    closed_at = Timestamptz(
        null=True, default=None, help_text="When it was chosen, defaulted or withdrawn"
    )
    done_at = Timestamptz(null=True, default=None, help_text="When the staff had carried it out")
    done_by = Integer(null=True, default=None, help_text="A person of the staff")
    done_reference = Varchar(length=255, null=True, default=None)
    version = Integer(default=1)

    choices_ck_kind = Check(
        "(kind = 'out_of_stock' AND default_option IN ('wait', 'cancel')"
        " AND (chosen_option IS NULL OR chosen_option IN ('wait', 'swap', 'cancel')))"
        " OR (kind = 'undeliverable' AND default_option = 'refund' AND return_id IS NOT NULL"
        " AND (chosen_option IS NULL OR chosen_option IN ('refund', 'reship')))"
    )
    choices_ck_state = Check(
        "(state = 'open' AND chosen_option IS NULL AND closed_at IS NULL)"
        " OR (state = 'chosen' AND chosen_option IS NOT NULL AND closed_at IS NOT NULL)"
        " OR (state = 'defaulted' AND chosen_option IS NOT DISTINCT FROM default_option"
        " AND closed_at IS NOT NULL)"
        " OR (state = 'withdrawn' AND chosen_option IS NULL AND closed_at IS NOT NULL)"
    )
    choices_ck_done = Check(
        "(done_at IS NULL) = (done_reference IS NULL)"
        " AND (done_at IS NULL OR COALESCE(chosen_option, '') IN ('wait', 'swap'))"
    )
    choices_ck_version = Check("version >= 1")


class ChoiceLine(Table, tablename="choice_lines", help_text="Units that a choice is about"):
    """Units of one order line; `is_open` goes with the choice, so that one is open per line."""

    id: Serial
    choice = ForeignKey(Choice, on_delete=OnDelete.restrict, null=False)
    order_line = ForeignKey(OrderLine, on_delete=OnDelete.restrict, null=False)
    position = Integer(default=0)
    quantity = Integer(default=1)
    is_open = Boolean(default=True)

    choice_lines_uq_line = Unique([choice, order_line])
    choice_lines_ck_quantity = Check("quantity >= 1")
