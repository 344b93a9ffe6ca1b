"""The record nobody can quietly change: hash-chained events, with free text kept apart."""

from piccolo.columns import (
    JSONB,
    BigInt,
    BigSerial,
    ForeignKey,
    Integer,
    OnDelete,
    Serial,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from returns_engine.tables.returns import Return


class Event(Table, tablename="events", help_text="What happened; append only"):
    """One link of a chain: ids, amounts, dates and clauses; never names, addresses or free text."""

    id: BigSerial
    chain = Varchar(length=128, help_text="The RMA number, or `staff`, or `order:…`")
    return_ = ForeignKey(
        Return, on_delete=OnDelete.restrict, null=True, default=None, db_column_name="return_id"
    )
    sequence = Integer()
    type = Varchar(length=64)
    at = Timestamptz(default=None)
    actor_kind = Varchar(length=16)
    actor_id = Varchar(length=64, null=True, default=None)
    from_state = Varchar(length=24, null=True, default=None)
    to_state = Varchar(length=24, null=True, default=None)
    reason = Varchar(length=64, null=True, default=None, help_text="A code, never a sentence")
    data = JSONB(default="{}")
    previous_hash = Varchar(length=64)
    hash = Varchar(length=64)

    events_uq_sequence = Unique([chain, sequence])
    events_ck_sequence = Check("sequence >= 1")
    events_ck_actor = Check("actor_kind IN ('customer', 'staff', 'api_key', 'system')")


class EventText(Table, tablename="event_texts", help_text="Free text of an event; erasable"):
    """Words somebody wrote, bound to their event by a salted digest that outlives them."""

    id: Serial
    event = ForeignKey(Event, on_delete=OnDelete.restrict, null=False, unique=True)
    salt = Varchar(length=64)
    value = Text()


class ChainHead(Table, tablename="chain_heads", help_text="The last link of each other chain"):
    """Where a chain that is no return's stands (staff, settings)."""

    id: Serial
    chain = Varchar(length=128, unique=True)
    event_count = BigInt(default=0)
    head_hash = Varchar(length=64, default="")
