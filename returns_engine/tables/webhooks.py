"""Webhooks out: who is told of returns and refunds, and what became of each telling."""

from piccolo.columns import (
    JSONB,
    UUID,
    ForeignKey,
    Integer,
    OnDelete,
    Serial,
    SmallInt,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check
from piccolo.table import Table


class WebhookEndpoint(Table, tablename="webhook_endpoints", help_text="A program that we tell"):
    """A receiver. Its secrets sign; the old one does too, until its time is over."""

    id: Serial
    url = Varchar(length=2048)
    description = Varchar(length=255, default="")
    event_types = JSONB(default="[]", help_text="Which it wants; none named is all")
    secret = Varchar(length=128, secret=True)
    old_secret = Varchar(length=128, secret=True, null=True, default=None)
    old_secret_until = Timestamptz(default=None, null=True)
    state = Varchar(length=16, default="enabled")
    disabled_at = Timestamptz(default=None, null=True)
    disabled_why = Varchar(length=16, null=True, default=None)
    made_by = Varchar(length=64, help_text="Actor kind and id")
    created_at = Timestamptz(default=None)
    failing_since = Timestamptz(default=None, null=True, help_text="Nothing but failures since")
    last_failure_at = Timestamptz(default=None, null=True)
    last_success_at = Timestamptz(default=None, null=True)
    paused_until = Timestamptz(default=None, null=True, help_text="It asked us to wait")

    webhook_endpoints_ck_state = Check(
        "state = 'enabled' AND disabled_at IS NULL AND disabled_why IS NULL"
        " OR state = 'disabled' AND disabled_at IS NOT NULL"
        " AND disabled_why IN ('by_hand', 'gone', 'failing')"
    )


class WebhookDelivery(
    Table, tablename="webhook_deliveries", help_text="One event for one receiver, with its result"
):
    """One event on its way to one receiver, written in the transaction of the change.

    `queued` waits for its turn or its next try, `held` for a receiver that is switched off. Those
    of one `lane` of a receiver go out one after the other.
    """

    id: Serial
    endpoint = ForeignKey(WebhookEndpoint, on_delete=OnDelete.cascade, null=False)
    event_id = UUID(help_text="The same for every receiver and every try")
    event_type = Varchar(length=48)
    happened_at = Timestamptz(default=None)
    data = JSONB(help_text="Ids, states and amounts")
    lane = SmallInt(default=0)
    state = Varchar(length=16, default="queued")
    tries = Integer(default=0)
    next_try = Timestamptz(default=None, null=True)
    last_try_at = Timestamptz(default=None, null=True)
    last_status = SmallInt(null=True, default=None, help_text="Of HTTP")
    last_error = Varchar(length=32, null=True, default=None, help_text="Where no answer came")
    delivered_at = Timestamptz(default=None, null=True)

    webhook_deliveries_ck_state = Check("state IN ('queued', 'held', 'delivered', 'failed')")
    webhook_deliveries_ck_next = Check("(state = 'queued') = (next_try IS NOT NULL)")
    webhook_deliveries_ck_tries = Check("tries >= 0")
