"""Parcels that nobody announced: what lies in quarantine, and what became of it (46)."""

from piccolo.columns import (
    JSONB,
    UUID,
    Bytea,
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

from returns_engine.tables.orders import Order
from returns_engine.tables.reference import Warehouse
from returns_engine.tables.returns import Return


class Parcel(
    Table,
    tablename="parcels",
    help_text="A parcel nobody announced; sender, contents and note are words to be erased",
):
    """An arrival without a return: it refunds nothing until it is matched to one."""

    id = UUID(primary_key=True, default=UUID4())
    number = Varchar(length=16, unique=True, help_text="The quarantine number")
    state = Varchar(length=16, default="quarantined")
    tracking_number = Varchar(length=128, null=True, default=None)
    sender = Text(null=True, default=None, help_text="As it stands on the parcel; erasable")
    contents = Text(null=True, default=None, help_text="What is inside; erasable")
    note = Text(null=True, default=None, help_text="Words of the warehouse; erasable")
    photo_ids = JSONB(default="[]")
    warehouse = ForeignKey(Warehouse, on_delete=OnDelete.restrict, null=True, default=None)
    came_with = ForeignKey(
        Return,
        on_delete=OnDelete.restrict,
        null=True,
        default=None,
        help_text="The return whose number it bears, or in whose parcel it lay",
    )
    order = ForeignKey(
        Order,
        on_delete=OnDelete.restrict,
        null=True,
        default=None,
        help_text="Whose it is, as far as somebody could tell",
    )
    quarantined_at = Timestamptz(default=None)
    quarantined_by = Integer(null=True, default=None, help_text="A person of the staff")
    asked_at = Timestamptz(
        default=None, null=True, help_text="When the customer was asked to request a return"
    )
    return_ = ForeignKey(
        Return,
        on_delete=OnDelete.restrict,
        null=True,
        default=None,
        db_column_name="return_id",
        help_text="The return it was matched to",
    )
    matched_at = Timestamptz(default=None, null=True)
    matched_by = Integer(null=True, default=None, help_text="A person of the staff")
    told_at = Timestamptz(
        default=None, null=True, help_text="When the match itself told the customer of the arrival"
    )
    counted_at = Timestamptz(
        default=None, null=True, help_text="When what was in it was counted in under its return"
    )
    sent_back_at = Timestamptz(default=None, null=True)
    back_carrier = Varchar(length=64, null=True, default=None)
    back_tracking_number = Varchar(length=128, null=True, default=None)
    label_pdf = Bytea(null=True, default=None, help_text="The quarantine label")
    version = Integer(default=1)

    parcels_ck_state = Check("state IN ('quarantined', 'matched', 'sent_back')")
    parcels_ck_matched = Check("(state = 'matched') = (return_id IS NOT NULL)")
    parcels_ck_counted = Check("counted_at IS NULL OR state = 'matched'")
    parcels_ck_sent_back = Check("(state = 'sent_back') = (sent_back_at IS NOT NULL)")
    parcels_ck_version = Check("version >= 1")
