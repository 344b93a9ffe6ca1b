"""Drafts: what a customer has filled in and not sent yet."""

from piccolo.columns import JSONB, ForeignKey, OnDelete, Serial, Timestamptz
from piccolo.table import Table

from returns_engine.tables.orders import Order


class RequestDraft(
    Table, tablename="request_drafts", help_text="A request in the making; goes after a week"
):
    """The one draft of an order, as the fields of its forms; a comment of it is words."""

    id: Serial
    order = ForeignKey(Order, on_delete=OnDelete.cascade, null=False, unique=True)
    fields = JSONB(default="[]", help_text="Names and values, in order")
    saved_at = Timestamptz(default=None, index=True)
