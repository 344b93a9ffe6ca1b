"""What was said to whom, what was promised, and the pictures that go with it."""

from typing import Any

from piccolo.columns import (
    JSONB,
    UUID,
    Boolean,
    ForeignKey,
    Integer,
    OnDelete,
    Serial,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.uuid import UUID4
from piccolo.constraints import Check
from piccolo.table import Table

from returns_engine.tables.orders import Order
from returns_engine.tables.returns import Return


class Message(Table, tablename="messages", help_text="Every mail with its result; erasable"):
    """A message to or from a customer. Written and committed before anything is sent.

    A mail that fits no case is `unmatched` and belongs to no order until a person says where.
    """

    id = UUID(primary_key=True, default=UUID4())
    order = ForeignKey(Order, on_delete=OnDelete.restrict, null=True, default=None)
    return_ = ForeignKey(
        Return, on_delete=OnDelete.restrict, null=True, default=None, db_column_name="return_id"
    )
    direction = Varchar(length=8, default="out")
    template = Varchar(length=64, null=True, default=None)
    context = JSONB(default="{}", help_text="What the words are made from")
    recipient = Varchar(length=320, null=True, default=None)
    sender = Varchar(length=320, null=True, default=None, help_text="From, of a mail to us")
    message_id = Varchar(
        length=255, null=True, default=None, unique=True, help_text="Of a mail to us: taken once"
    )
    resend_of: ForeignKey[Any] = ForeignKey(
        "self", on_delete=OnDelete.set_null, null=True, default=None
    )
    internal = Boolean(default=False, help_text="Never shown to the customer")
    subject = Text(null=True, default=None)
    text = Text(null=True, default=None)
    state = Varchar(length=16, default="queued")
    error = Varchar(length=255, null=True, default=None)
    tries = Integer(default=0)
    created_at = Timestamptz(default=None)
    sent_at = Timestamptz(default=None, null=True)
    settled_at = Timestamptz(
        default=None, null=True, help_text="Answered, sent again, or nothing more to do"
    )

    messages_ck_direction = Check("direction IN ('in', 'out')")
    messages_ck_state = Check(
        "state IN ('queued', 'sent', 'refused', 'bounced', 'received', 'unmatched', 'set_aside')"
    )
    messages_ck_order = Check("\"order\" IS NOT NULL OR state IN ('unmatched', 'set_aside')")


class Promise(Table, tablename="promises", help_text="What we said we would do, and by when"):
    """A dated obligation the customer can see."""

    id: Serial
    return_ = ForeignKey(
        Return, on_delete=OnDelete.restrict, null=False, db_column_name="return_id"
    )
    what = Varchar(length=64)
    subject = Varchar(length=64, default="", help_text="Which refund, where it is about one")
    made_at = Timestamptz(default=None, null=True)
    due = Timestamptz(default=None, index=True)
    kept_at = Timestamptz(default=None, null=True)
    released_at = Timestamptz(
        default=None, null=True, help_text="When it was owed no more, without being kept"
    )
    broken_at = Timestamptz(default=None, null=True, help_text="When it was seen to be overdue")


class Photo(Table, tablename="photos", help_text="A picture, re-encoded without its metadata"):
    """A picture that a customer or the bench took."""

    id = UUID(primary_key=True, default=UUID4())
    order = ForeignKey(Order, on_delete=OnDelete.restrict, null=True, default=None)
    uploaded_by = Varchar(length=64, help_text="Actor kind and id")
    uploaded_at = Timestamptz(default=None)
    sha256 = Varchar(length=64)
    media_type = Varchar(length=32)
    width = Integer()
    height = Integer()
    bytes = Integer()

    photos_ck_size = Check("width >= 1 AND height >= 1 AND bytes >= 1")
