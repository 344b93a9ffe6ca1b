"""What the customer gets on top, where the fault was ours."""

from piccolo.columns import (
    JSONB,
    UUID,
    BigInt,
    Boolean,
    ForeignKey,
    Integer,
    OnDelete,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.uuid import UUID4
from piccolo.constraints import Check
from piccolo.table import Table

from returns_engine.tables.orders import Order
from returns_engine.tables.returns import Return, ReturnLine


class Compensation(
    Table, tablename="compensations", help_text="A gift or coupon on top, for our fault (63)"
):
    """One compensation for the units of a return line, which never get a second."""

    id = UUID(primary_key=True, default=UUID4())
    order = ForeignKey(Order, on_delete=OnDelete.restrict, null=False)
    return_ = ForeignKey(
        Return, on_delete=OnDelete.restrict, null=False, db_column_name="return_id"
    )
    return_line = ForeignKey(ReturnLine, on_delete=OnDelete.restrict, null=False, unique=True)
    kind = Varchar(length=16)
    what = Varchar(length=128, help_text="The policy's words for it")
    value = BigInt(default=0, help_text="Minor units")
    currency = Varchar(length=3)
    state = Varchar(length=16, default="proposed", index=True)
    cause = Varchar(length=24)
    clause = Varchar(length=64)
    proposed_at = Timestamptz(default=None)
    inspectors = JSONB(default="[]", help_text="Persons who may not decide it")
    decided_at = Timestamptz(default=None, null=True)
    decided_by = Integer(
        null=True, default=None, help_text="A person of the staff; none within the caps"
    )
    approval_limit = BigInt(
        null=True,
        default=None,
        help_text="The most that who approved could approve then, or what the caps had left",
    )
    given_at = Timestamptz(default=None, null=True)
    reference = Varchar(
        length=255, null=True, default=None, help_text="The coupon's code, or how the gift was sent"
    )
    needs_second = Boolean(default=False, help_text="Two persons approve it")
    first_by = Integer(null=True, default=None, help_text="The person who approved first")
    first_at = Timestamptz(default=None, null=True)
    first_limit = BigInt(
        null=True, default=None, help_text="The most that the first could approve then"
    )
    version = Integer(default=1)

    compensations_ck_kind = Check("kind IN ('gift', 'coupon')")
    compensations_ck_state = Check("state IN ('proposed', 'approved', 'refused', 'given')")
    compensations_ck_value = Check("value >= 0 AND version >= 1")
    compensations_ck_decided = Check("state = 'proposed' OR decided_at IS NOT NULL")
    compensations_ck_given = Check(
        "(state = 'given') = (given_at IS NOT NULL AND reference IS NOT NULL)"
    )
    compensations_ck_other_person = Check(
        "decided_by IS NULL OR NOT inspectors @> to_jsonb(decided_by)"
    )
    compensations_ck_two_persons = Check(
        "NOT needs_second OR state IN ('proposed', 'refused')"
        " OR (first_by IS NOT NULL AND decided_by IS NOT NULL AND first_by <> decided_by"
        " AND NOT inspectors @> to_jsonb(first_by))"
    )
