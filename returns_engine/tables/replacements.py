"""Our duty to send something again."""

from piccolo.columns import UUID, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
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
    planned_at = Timestamptz(default=None)
    version = Integer(default=1)

    replacements_ck_state = Check(
        "state IN ('planned', 'awaiting_stock', 'ordered', 'shipped', 'delivered', 'cancelled')"
    )
    replacements_ck_quantity = Check("quantity >= 1 AND version >= 1")
