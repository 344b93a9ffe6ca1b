"""Second opinions: what two people, blind to each other, made of the same photos."""

from piccolo.columns import (
    JSONB,
    UUID,
    BigInt,
    ForeignKey,
    Integer,
    OnDelete,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.uuid import UUID4
from piccolo.constraints import Check
from piccolo.table import Table

from returns_engine.tables.returns import Return, ReturnLine


class Opinion(
    Table,
    tablename="opinions",
    help_text="A rejection that another person looks at too; its notes are words to be erased",
):
    """A rejection held back or appealed: both verdicts, and who decided where they differ."""

    id = UUID(primary_key=True, default=UUID4())
    return_ = ForeignKey(
        Return, on_delete=OnDelete.restrict, null=False, db_column_name="return_id"
    )
    return_line = ForeignKey(ReturnLine, on_delete=OnDelete.restrict, null=False)
    quantity = Integer(default=1)
    state = Varchar(length=16, default="asked")
    cause = Varchar(length=16, default="value", help_text="value, or appeal: why it was asked for")
    worth = BigInt(default=0, help_text="Of all it was asked for with, in minor units")
    currency = Varchar(length=3)
    photo_ids = JSONB(default="[]", help_text="Of the bench; both grade from them")
    asked_at = Timestamptz(default=None)
    first_by = Integer(null=True, default=None, help_text="A person of the staff")
    first_checks = JSONB(default="{}")
    first_grade = Varchar(length=1)
    first_cause = Varchar(length=24, null=True, default=None)
    first_disposition = Varchar(length=16)
    first_note = Text(null=True, default=None, help_text="The customer reads it; erasable")
    first_clause = Varchar(length=64, null=True, default=None)
    given_at = Timestamptz(default=None, null=True)
    second_by = Integer(null=True, default=None, help_text="A person of the staff")
    second_verdict = Varchar(length=16, null=True, default=None)
    second_checks = JSONB(null=True, default=None)
    second_grade = Varchar(length=1, null=True, default=None)
    second_cause = Varchar(length=24, null=True, default=None)
    second_note = Text(null=True, default=None, help_text="For colleagues; erasable")
    decided_at = Timestamptz(default=None, null=True)
    decided_by = Integer(null=True, default=None, help_text="A person of the staff")
    decided_verdict = Varchar(length=16, null=True, default=None)
    decision_note = Text(null=True, default=None, help_text="For colleagues; erasable")
    version = Integer(default=1)

    opinions_ck_state = Check("state IN ('asked', 'agreed', 'disputed', 'decided', 'withdrawn')")
    opinions_ck_quantity = Check("quantity >= 1 AND worth >= 0 AND version >= 1")
    opinions_ck_grades = Check(
        "first_grade IN ('A', 'B', 'C', 'D') AND second_grade IN ('A', 'B', 'C', 'D')"
    )
    opinions_ck_other_person = Check("second_by <> first_by")
    opinions_ck_third_person = Check("decided_by <> first_by AND decided_by <> second_by")
    opinions_ck_given = Check(
        "(state IN ('asked', 'withdrawn')) = (given_at IS NULL)"
        " AND (given_at IS NULL) = (second_by IS NULL)"
        " AND (given_at IS NULL) = (second_grade IS NULL)"
        " AND COALESCE(second_verdict, '') = CASE WHEN state IN ('asked', 'withdrawn') THEN ''"
        " WHEN state = 'agreed' THEN 'rejected' ELSE 'accepted' END"
    )
    opinions_ck_decided = Check(
        "(state = 'decided') = (decided_at IS NOT NULL)"
        " AND CASE WHEN decided_at IS NULL THEN decided_by IS NULL"
        " ELSE decided_by IS NOT NULL OR cause = 'appeal' END"
        " AND (state = 'decided')"
        " = COALESCE(decided_verdict IN ('accepted', 'rejected'), false)"
    )
